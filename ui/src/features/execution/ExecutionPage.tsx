import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { waiting } from "../../api/executions";
import type { Execution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { isTerminal } from "../../components/states";
import { useNow } from "../../components/useNow";
import { Waiting } from "../../components/Waiting";
import { number, t } from "../../i18n/text";
import type { TabSearch } from "../../search";
import { culpritOf } from "../../timeline/rows";
import { whyWaiting } from "../../timeline/waiting";
import { ExecutionHead } from "./ExecutionHead";
import { FailureCard } from "./FailureCard";
import { Gantt } from "./Gantt";
import { Inspector } from "./Inspector";
import { LogsTab } from "./LogsTab";
import { useExecutionKeys } from "./useExecutionKeys";
import { useLogs } from "./useLogs";

const GraphTab = lazy(async () => ({ default: (await import("./GraphTab")).GraphTab }));
const DataTab = lazy(async () => ({ default: (await import("./DataTab")).DataTab }));
const MetricsTab = lazy(async () => ({ default: (await import("./MetricsTab")).MetricsTab }));
const RelationsTab = lazy(async () => ({ default: (await import("./RelationsTab")).RelationsTab }));

interface Props {
  execution: Execution;
  search: TabSearch;
  onSearch: (part: { [Key in keyof TabSearch]?: TabSearch[Key] | undefined }) => void;
  onOpen: (execution: Execution) => void;
  onAgain: () => void;
}

/** One execution, live: when each task ran, what the flow looks like, what was written, what came out. */
export function ExecutionPage({ execution, search, onSearch, onOpen, onAgain }: Props) {
  const isOver = isTerminal(execution.state.current);
  const now = useNow(!isOver);
  const { lines, count } = useLogs(execution.id, isOver);
  const runs = execution.taskRunList ?? [];
  const selected = runs.find(({ id }) => id === search.task);
  const culprit = culpritOf(execution);
  const select = (task: string | undefined): void => onSearch({ task });
  useExecutionKeys({ runs, selected: search.task, onSearch });
  return (
    <>
      <ExecutionHead execution={execution} now={now} onOpen={onOpen} onAgain={onAgain} />
      <WhyWaiting execution={execution} now={now} />
      {execution.state.current === "FAILED" && (
        <FailureCard
          execution={execution}
          culprit={culprit}
          onShow={() => culprit && onSearch({ tab: undefined, task: culprit.id })}
          onOpen={onOpen}
        />
      )}
      <Tabs execution={execution} search={search} count={count} />
      <div className={`ex ${selected ? "ex--side" : ""}`}>
        <section className="ex__main" aria-label={TABS.find(([tab]) => tab === search.tab)?.[1]}>
          <Suspense fallback={<Waiting />}>
            {search.tab === undefined && (
              <Gantt execution={execution} now={now} selected={search.task} onSelect={select} />
            )}
            {search.tab === "graph" && (
              <GraphTab execution={execution} now={now} selected={search.task} onSelect={select} />
            )}
            {search.tab === "logs" && (
              <LogsTab
                execution={execution}
                isOver={isOver}
                lines={lines}
                task={selected?.taskId}
                onTask={(task) => select(runs.find(({ taskId }) => taskId === task)?.id)}
              />
            )}
            {search.tab === "data" && <DataTab execution={execution} taskRunId={search.task} onTaskRun={select} />}
            {search.tab === "metrics" && <MetricsTab executionId={execution.id} isLive={!isOver} onTaskRun={select} />}
            {search.tab === "relations" && <RelationsTab execution={execution} isLive={!isOver} />}
          </Suspense>
        </section>
        {selected && search.tab !== "data" && (
          <Inspector
            key={selected.id}
            execution={execution}
            run={selected}
            now={now}
            onClose={() => select(undefined)}
            onAllLogs={() => onSearch({ tab: "logs" })}
            onData={() => onSearch({ tab: "data" })}
            onOpen={onOpen}
          />
        )}
      </div>
    </>
  );
}

/** Why nothing happens at this moment, where something could. */
function WhyWaiting({ execution, now }: { execution: Execution; now: number }) {
  const isQueued = execution.state.current === "QUEUED";
  const told = useQuery(waiting(execution.id, isQueued)).data?.reason;
  const words = (isQueued && told) || whyWaiting(execution, now);
  if (!words) return null;
  return (
    <p className="notice why" role="status">
      <Icon name="wait" />
      {words}
    </p>
  );
}

const TABS: [TabSearch["tab"], string][] = [
  [undefined, t("Timeline")],
  ["graph", t("Graph")],
  ["logs", t("Logs")],
  ["data", t("Data")],
  ["metrics", t("Metrics")],
  ["relations", t("Relations")],
];

function Tabs({ execution, search, count }: { execution: Execution; search: TabSearch; count: number }) {
  const params = { namespace: execution.namespace, flow: execution.flowId, id: execution.id };
  return (
    <nav className="tabs" aria-label={t("Execution")}>
      {TABS.map(([tab, name]) => (
        <Link
          key={name}
          className="tab"
          to="/executions/$namespace/$flow/$id"
          params={params}
          search={{ ...(tab && { tab }), ...(search.task && { task: search.task }) }}
          activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
          activeProps={{ "aria-current": "page" }}
        >
          {name}
          {tab === "logs" && <span className="count">{number(count)}</span>}
        </Link>
      ))}
    </nav>
  );
}
