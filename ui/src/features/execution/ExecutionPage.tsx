import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { act } from "../../api/executions";
import type { Execution } from "../../api/types";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { LogView } from "../../components/LogView";
import { StateMark } from "../../components/StateMark";
import { isTerminal } from "../../components/states";
import { clockTime, elapsed, length, moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { useNow } from "../../components/useNow";
import { Waiting } from "../../components/Waiting";
import type { TabSearch } from "../../search";
import { culpritOf } from "../../timeline/rows";
import { Actions } from "./Actions";
import { DataTab } from "./DataTab";
import { FailureCard } from "./FailureCard";
import { Gantt } from "./Gantt";
import { Inspector } from "./Inspector";
import { useLogs } from "./useLogs";

const GraphTab = lazy(async () => ({ default: (await import("./GraphTab")).GraphTab }));

interface Props {
  execution: Execution;
  isLost: boolean;
  search: TabSearch;
  onSearch: (part: { [Key in keyof TabSearch]?: TabSearch[Key] | undefined }) => void;
  onOpen: (execution: Execution) => void;
}

/** One execution, live: when each task ran, what the flow looks like, what was written, what came out. */
export function ExecutionPage({ execution, isLost, search, onSearch, onOpen }: Props) {
  const isOver = isTerminal(execution.state.current);
  const now = useNow(!isOver);
  const lines = useLogs(execution.id, isOver);
  const selected = execution.taskRunList?.find(({ id }) => id === search.task);
  const culprit = culpritOf(execution);
  const select = (task: string): void => onSearch({ task });
  return (
    <>
      <ExecutionHead execution={execution} onOpen={onOpen} />
      <Meta execution={execution} now={now} />
      {isLost && (
        <div className="bar-lost" role="status">
          <Icon name="unplug" />
          The connection is lost; what is shown may be old. Trying again.
        </div>
      )}
      {execution.state.current === "FAILED" && (
        <FailureCard
          execution={execution}
          culprit={culprit}
          lines={lines}
          onShow={() => culprit && onSearch({ tab: undefined, task: culprit.id })}
        />
      )}
      <Tabs execution={execution} search={search} count={lines.length} />
      <div className={`ex ${selected ? "ex--side" : ""}`}>
        <section className="ex__main" aria-label={search.tab ?? "timeline"}>
          {search.tab === undefined && (
            <Gantt execution={execution} now={now} selected={search.task} onSelect={select} />
          )}
          {search.tab === "graph" && (
            <Suspense fallback={<Waiting />}>
              <GraphTab execution={execution} now={now} selected={search.task} onSelect={select} />
            </Suspense>
          )}
          {search.tab === "logs" && (
            <LogView
              lines={lines}
              isFollowed={!isOver}
              task={selected?.taskId}
              onTask={(task) => onSearch({ task: execution.taskRunList?.find(({ taskId }) => taskId === task)?.id })}
            />
          )}
          {search.tab === "data" && <DataTab execution={execution} taskRunId={search.task} />}
        </section>
        {selected && (
          <Inspector
            key={selected.id}
            run={selected}
            lines={lines}
            now={now}
            onClose={() => onSearch({ task: undefined })}
            onAllLogs={() => onSearch({ tab: "logs" })}
            onReplay={
              isOver
                ? () => void act(execution.id, "replay", { taskRunId: selected.id }).then(onOpen, toastError)
                : undefined
            }
          />
        )}
      </div>
    </>
  );
}

function ExecutionHead({ execution, onOpen }: Pick<Props, "execution" | "onOpen">) {
  const { namespace, flowId, id } = execution;
  const copy = (): void => void navigator.clipboard.writeText(id).then(() => toast("The id is copied"));
  return (
    <Head
      title={flowId}
      crumbs={[
        <Link key="n" to="/flows" search={{ namespace }}>
          {namespace}
        </Link>,
        <Link key="f" to="/flows/edit/$namespace/$id" params={{ namespace, id: flowId }}>
          {flowId}
        </Link>,
        <Link key="e" to="/executions" search={{ namespace, flow: flowId }}>
          Executions
        </Link>,
      ]}
      beside={
        <>
          <span aria-live="polite">
            <StateMark state={execution.state.current} form="chip" />
          </span>
          <span className="row muted">
            <code className="mono-s">{id}</code>
            <button className="btn btn--ghost btn--s btn--icon" type="button" aria-label="Copy the id" onClick={copy}>
              <Icon name="copy" small />
            </button>
          </span>
        </>
      }
      actions={<Actions execution={execution} onOpen={onOpen} />}
    />
  );
}

function Meta({ execution, now }: { execution: Execution; now: number }) {
  const { state, labels, trigger, parentId, originalId, id } = execution;
  const isOver = isTerminal(state.current);
  return (
    <ul className="meta num">
      <li>
        <span className="muted">{isOver ? "Ran" : "Runs for"}</span> {length(elapsed(state, now))}
      </li>
      <li>
        <span className="muted">from</span> {moment(state.startDate)}
        {isOver && state.endDate && (
          <>
            <span className="muted">to</span> {clockTime(new Date(state.endDate))}
          </>
        )}
      </li>
      <li>
        <span className="muted">revision</span> {execution.flowRevision}
      </li>
      {trigger && (
        <li>
          <Icon name="clock" small />
          {trigger.id}
        </li>
      )}
      {parentId && (
        <li>
          <span className="muted">started by</span>
          <Link
            className="link mono-s"
            to="/executions/$namespace/$flow/$id"
            params={{ namespace: execution.namespace, flow: execution.flowId, id: parentId }}
          >
            {parentId}
          </Link>
        </li>
      )}
      {originalId !== id && (
        <li>
          <span className="muted">replay of</span>
          <code className="mono-s">{originalId}</code>
        </li>
      )}
      {labels
        .filter(({ key }) => !key.startsWith("system."))
        .map(({ key, value }) => (
          <li key={key}>
            <Link className="chip chip--mono" to="/executions" search={{ labels: `${key}:${value}` }}>
              <b>{key}</b>
              {value}
            </Link>
          </li>
        ))}
    </ul>
  );
}

const TABS: [TabSearch["tab"], string][] = [
  [undefined, "Timeline"],
  ["graph", "Graph"],
  ["logs", "Logs"],
  ["data", "Data"],
];

function Tabs({ execution, search, count }: { execution: Execution; search: TabSearch; count: number }) {
  const params = { namespace: execution.namespace, flow: execution.flowId, id: execution.id };
  return (
    <nav className="tabs" aria-label="Execution">
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
          {tab === "logs" && <span className="count">{count.toLocaleString("en")}</span>}
        </Link>
      ))}
    </nav>
  );
}
