import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { logPage } from "../../api/logs";
import type { LogLevel, LogLine } from "../../api/types";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Loaded } from "../../components/Loaded";
import { LogView } from "../../components/LogView";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import { RangeSelect } from "../../components/RangeSelect";
import { ZONE } from "../../components/times";
import type { LogSearch } from "../../search";

const SIZE = 500;
const LEVELS: LogLevel[] = ["DEBUG", "INFO", "WARN", "ERROR"];

interface Props {
  search: LogSearch;
  onSearch: (part: { [Key in keyof LogSearch]?: LogSearch[Key] | undefined }) => void;
}

/** The lines of all executions, newest first. */
export function LogsPage({ search, onSearch }: Props) {
  const page = search.page ?? 1;
  const { q, namespace, range } = search;
  const level = LEVELS.find((one) => one === search.level);
  const filter = {
    ...(q && { text: q }),
    ...(namespace && { namespace }),
    ...(range && { range }),
    ...(level && { level }),
    page,
    size: SIZE,
  };
  const found = useQuery(logPage(filter));
  return (
    <>
      <Head
        title="Logs"
        beside={
          found.data && (
            <span className="muted num">
              {found.data.total.toLocaleString("en")} lines, newest first, times in {ZONE}
            </span>
          )
        }
      />
      <div className="tools">
        <FilterField
          label="Search the messages"
          value={q ?? ""}
          onChange={(text) => onSearch({ q: text || undefined })}
        />
        <select
          className="select narrow"
          aria-label="Level"
          value={level ?? ""}
          onChange={(event) => onSearch({ level: event.target.value || undefined })}
        >
          <option value="">All levels</option>
          {LEVELS.map((one) => (
            <option key={one} value={one}>
              {one} and above
            </option>
          ))}
        </select>
        <NamespaceSelect value={namespace ?? ""} onChange={(one) => onSearch({ namespace: one || undefined })} />
        <RangeSelect value={range ?? ""} onChange={(one) => onSearch({ range: one || undefined })} />
      </div>
      <Loaded query={found}>
        {({ results, total, totalIsCapped }) =>
          results.length === 0 ? (
            <Empty
              icon="logs"
              title={q || namespace || level || range ? "No line matches these filters" : "Nothing was logged yet"}
            >
              Without a time only the last 8 days are searched.
            </Empty>
          ) : (
            <>
              <LogView lines={results} origin={origin} isOverview />
              <Pager
                page={page}
                size={SIZE}
                total={total}
                isCapped={totalIsCapped}
                what="lines"
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
