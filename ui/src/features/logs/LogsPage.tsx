import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { LogLevel, LogLine } from "../../api/types";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { LogView } from "../../components/LogView";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import { RangeSelect } from "../../components/RangeSelect";
import { moment, ZONE } from "../../components/times";
import { plural, t } from "../../i18n/text";
import type { LogSearch } from "../../search";
import { DownloadLines } from "./DownloadLines";
import { LogDensity } from "./LogDensity";
import { useLiveLogs } from "./useLiveLogs";

const SIZE = 500;
const LEVELS: LogLevel[] = ["DEBUG", "INFO", "WARN", "ERROR"];

interface Props {
  search: LogSearch;
  onSearch: (part: { [Key in keyof LogSearch]?: LogSearch[Key] | undefined }) => void;
}

/** The lines of all executions, newest first. */
export function LogsPage({ search, onSearch }: Props) {
  const page = search.page ?? 1;
  const { q, namespace, flow, range, from, to } = search;
  const level = LEVELS.find((one) => one === search.level);
  const filter = {
    ...(q && { text: q }),
    ...(namespace && { namespace }),
    ...(flow && { flow }),
    ...(from || to ? { ...(from && { from }), ...(to && { to }) } : range && { range }),
    ...(level && { level }),
    page,
    size: SIZE,
  };
  const { query: found, lines, held, hold } = useLiveLogs(filter);
  const [isPaused, setPaused] = useState(false);
  const [turn, setTurn] = useState(0);
  const pause = (next: boolean): void => {
    setPaused(next);
    hold(next);
  };
  return (
    <>
      <Head
        title={t("Logs")}
        beside={
          found.data && (
            <span className="muted num">
              {plural(
                found.data.total + Math.max(0, lines.length - found.data.results.length),
                {
                  one: "{count} line, newest first, times in {zone}",
                  other: "{count} lines, newest first, times in {zone}",
                },
                { zone: ZONE },
              )}
            </span>
          )
        }
        actions={<DownloadLines filter={filter} />}
      />
      <div className="tools">
        <FilterField
          label={t("Search the messages")}
          value={q ?? ""}
          onChange={(text) => onSearch({ q: text || undefined })}
        />
        <select
          className="select narrow"
          aria-label={t("Level")}
          value={level ?? ""}
          onChange={(event) => onSearch({ level: event.target.value || undefined })}
        >
          <option value="">{t("All levels")}</option>
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {t("{level} and above", { level: one })}
            </option>
          ))}
        </select>
        <NamespaceSelect value={namespace ?? ""} onChange={(one) => onSearch({ namespace: one || undefined })} />
        <RangeSelect
          value={range ?? ""}
          onChange={(one) => onSearch({ range: one || undefined, from: undefined, to: undefined })}
        />
        {from && to && (
          <span className="token" style={{ height: "var(--control)" }}>
            <b>{t("time:")}</b>
            {t("{start} to {end}", { start: moment(from), end: moment(to) })}
            <button
              type="button"
              aria-label={t("Remove the time filter")}
              onClick={() => onSearch({ from: undefined, to: undefined })}
            >
              <Icon name="close" />
            </button>
          </span>
        )}
        {flow && (
          <span className="token" style={{ height: "var(--control)" }}>
            <b>{t("flow:")}</b>
            {flow}
            <button
              type="button"
              aria-label={t("Remove the flow filter")}
              onClick={() => onSearch({ flow: undefined })}
            >
              <Icon name="close" />
            </button>
          </span>
        )}
        {page === 1 && !to && (
          <button className="btn push" type="button" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
            <Icon name={isPaused ? "play" : "pause"} small />
            {isPaused ? t("Go on") : t("Pause")}
          </button>
        )}
      </div>
      <LogDensity
        filter={filter}
        beat={lines.length}
        onLevel={(one) => onSearch({ level: one })}
        onStretch={(start, end) => onSearch({ from: start, to: end })}
      />
      <Loaded query={found}>
        {({ total, totalIsCapped }) =>
          lines.length === 0 && held === 0 ? (
            <Empty
              icon="logs"
              title={
                q || namespace || flow || level || range || from
                  ? t("No line matches these filters")
                  : t("Nothing was logged yet")
              }
            >
              {t("Without a time only the last 8 days are searched.")}
            </Empty>
          ) : (
            <>
              <div className="logs__new" role="status">
                {held > 0 && (
                  <button
                    className="btn btn--s"
                    type="button"
                    onClick={() => {
                      pause(false);
                      setTurn(turn + 1);
                    }}
                  >
                    {plural(held, { one: "{count} new line", other: "{count} new lines" })}
                  </button>
                )}
              </div>
              <LogView
                lines={lines}
                origin={origin}
                isOverview
                turn={turn}
                onTop={(isAtTop) => hold(isPaused || !isAtTop)}
              />
              <Pager
                page={page}
                size={SIZE}
                total={total}
                isCapped={totalIsCapped}
                isBehind={found.isPlaceholderData}
                onPage={(to) => onSearch({ page: to })}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function origin(line: LogLine) {
  const words = `${line.flowId} / ${line.taskId ?? line.triggerId ?? ""}`;
  if (!line.executionId) return words;
  return (
    <Link
      to="/executions/$namespace/$flow/$id"
      params={{ namespace: line.namespace, flow: line.flowId, id: line.executionId }}
      search={{ tab: "logs", ...(line.taskRunId && { task: line.taskRunId }) }}
      title={words}
    >
      {words}
    </Link>
  );
}
