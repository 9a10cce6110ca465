import { Fragment, useMemo, useState } from "react";
import type { Execution } from "../../api/types";
import { LoopStrip } from "../../components/LoopStrip";
import { clockMillis, clockTime, length } from "../../components/times";
import { t } from "../../i18n/text";
import { criticalPath } from "../../timeline/critical";
import { areFine, loopAround, type Row, timelineOf } from "../../timeline/rows";
import { GanttRow } from "./GanttRow";
import { LoopRuns } from "./LoopRuns";

interface Props {
  execution: Execution;
  now: number;
  selected: string | undefined;
  onSelect: (taskRunId: string) => void;
}

/** Clock times do not tell moments apart that are so near: they are counted from the beginning. */
const SHORT_MS = 5_000;

/** What stands further right than this is written to the left of its place, so that it is not cut off. */
const LAST_SHARE = 96;

/** Task runs over time: waiting is ticks, running a bar in the colour of what became of it, retry waits are dots. */
export function Gantt({ execution, now, selected, onSelect }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [isFolded, setFolded] = useState(false);
  const [isMarked, setMarked] = useState(true);
  const runs = useMemo(() => execution.taskRunList ?? [], [execution]);
  const iteration = useMemo(() => (selected ? loopAround(runs, selected) : undefined), [runs, selected]);
  const timeline = useMemo(
    () => timelineOf(execution, now, { closed, iteration, isFolded }),
    [execution, now, closed, iteration, isFolded],
  );
  const path = useMemo(() => (isMarked ? criticalPath(runs, now) : null), [runs, now, isMarked]);
  const { scale, ticks, rows } = timeline;
  const isShort = scale.to - scale.from < SHORT_MS;
  // With most of the time folded away the marks may be less than a second apart.
  const clock = areFine(ticks) ? clockMillis : clockTime;
  const toggle = (id: string): void => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <>
      <div className="gz__bar">
        <label className="check">
          <input type="checkbox" checked={isFolded} onChange={(event) => setFolded(event.target.checked)} />
          {t("Hide idle time")}
        </label>
        <label className="check">
          <input type="checkbox" checked={isMarked} onChange={(event) => setMarked(event.target.checked)} />
          {t("Critical path")}
        </label>
        <span className="small muted num push">
          {t("{start} to {end}", { start: clockTime(new Date(scale.from)), end: clockTime(new Date(scale.to)) })}
        </span>
      </div>
      <div className="chart chart--gantt">
        <div className="axis" aria-hidden="true">
          {ticks.map((at) => (
            <span
              key={at}
              className={scale.place(at) > LAST_SHARE ? "end" : ""}
              style={{ "--x": `${scale.place(at)}%` }}
            >
              {isShort ? length(Math.round(at - scale.from)) : clock(new Date(at))}
            </span>
          ))}
        </div>
        <div className="grid" aria-hidden="true">
          {ticks.map((at) => (
            <i key={at} style={{ "--x": `${scale.place(at)}%` }} />
          ))}
          {scale.folds.map((fold) => (
            <i
              key={fold.from}
              className="fold"
              style={{ "--x": `${fold.at}%` }}
              title={t("{time} idle", { time: length(fold.to - fold.from) })}
            />
          ))}
        </div>
        <table className="gantt" aria-label={t("Task runs")}>
          <colgroup>
            <col />
            <col />
            <col />
          </colgroup>
          <thead className="sr">
            <tr>
              <th scope="col">{t("Task")}</th>
              <th scope="col">{t("Duration")}</th>
              <th scope="col">{t("Timeline")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Fragment key={row.run.id}>
                <GanttRow
                  row={row}
                  scale={scale}
                  isSelected={row.run.id === selected}
                  isClosed={closed.has(row.run.id)}
                  isCritical={path?.runs.has(row.run.id) ?? false}
                  onSelect={() => onSelect(row.run.id)}
                  onToggle={() => toggle(row.run.id)}
                />
                {row.iterations && !closed.has(row.run.id) && (
                  <StripRow row={row} iteration={iteration} onSelect={onSelect} />
                )}
                {typeof row.run.outputs?.iterationCount === "number" && !closed.has(row.run.id) && (
                  <tr className="gantt__strip">
                    <td colSpan={3} style={{ "--lv": row.level }}>
                      <LoopRuns
                        executionId={execution.id}
                        run={row.run}
                        isLive={execution.state.endDate === undefined}
                      />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="muted page-state">{t("No task has begun yet.")}</p>}
      </div>
      <p className="legend small muted" aria-hidden="true">
        <span>
          <i className="lg-q" />
          {t("queued")}
        </span>
        <span>
          <i className="lg-r success" />
          {t("ran")}
        </span>
        <span>
          <i className="lg-r failed" />
          {t("failed")}
        </span>
        <span>
          <i className="lg-w" />
          {t("waits for a retry")}
        </span>
        {path && (
          <span>
            <i className="lg-c" />
            {t("critical path, {time} of {whole}", {
              time: length(path.length),
              whole: length(scale.to - scale.from),
            })}
          </span>
        )}
      </p>
    </>
  );
}

interface StripProps {
  row: Row;
  iteration: { parent: string; index: number } | undefined;
  onSelect: Props["onSelect"];
}

function StripRow({ row, iteration, onSelect }: StripProps) {
  const iterations = row.iterations ?? [];
  const shown = useMemo(() => iterations.map(({ state, index }) => ({ state, number: index + 1 })), [iterations]);
  const selected =
    iteration?.parent === row.run.id ? iterations.findIndex(({ index }) => index === iteration.index) : -1;
  const select = (place: number): void => {
    const found = iterations[place];
    const run = found?.runs.find(({ state }) => state.current === found.state) ?? found?.runs[0];
    if (run) onSelect(run.id);
  };
  return (
    <tr className="gantt__strip">
      <td colSpan={3} style={{ "--lv": row.level }}>
        <LoopStrip
          name={row.run.taskId}
          iterations={shown}
          selected={selected >= 0 ? selected : undefined}
          onSelect={select}
        />
      </td>
    </tr>
  );
}
