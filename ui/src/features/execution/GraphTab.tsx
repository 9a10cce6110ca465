import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { executionGraph } from "../../api/executions";
import type { Execution, FlowGraph, StateName, TaskRun } from "../../api/types";
import { GraphView } from "../../components/graph/GraphView";
import type { NodeRun } from "../../components/graph/nodeData";
import { Loaded } from "../../components/Loaded";
import { elapsed, length } from "../../components/times";

interface Props {
  execution: Execution;
  now: number;
  selected: string | undefined;
  onSelect: (taskRunId: string) => void;
}

/** States that tell more come first, for a task that ran several times. */
const ORDER: StateName[] = [
  "FAILED",
  "KILLED",
  "RUNNING",
  "RETRYING",
  "PAUSED",
  "QUEUED",
  "CREATED",
  "WARNING",
  "CANCELLED",
  "SUCCESS",
];

/** The flow as it runs: each node with the state and the time of its task. */
export function GraphTab({ execution, now, selected, onSelect }: Props) {
  const graph = useQuery(executionGraph(execution.id));
  const byTask = useMemo(() => runsByTask(execution), [execution]);
  const runs = useMemo(() => (graph.data ? marksOf(graph.data, byTask, now) : new Map()), [graph.data, byTask, now]);
  const chosen = execution.taskRunList?.find(({ id }) => id === selected)?.taskId;
  const node = graph.data?.nodes.find(({ task }) => task && task.id === chosen)?.uid;
  return (
    <Loaded query={graph}>
      {(found) => (
        <div style={{ flex: 1, minHeight: 320 }}>
          <GraphView
            graph={found}
            runs={runs}
            selected={node}
            onSelect={(uid) => {
              const run = byTask.get(uid.split(".").at(-1) ?? "")?.[0];
              if (run) onSelect(run.id);
            }}
          />
        </div>
      )}
    </Loaded>
  );
}

function runsByTask(execution: Execution): Map<string, TaskRun[]> {
  const found = new Map<string, TaskRun[]>();
  for (const run of execution.taskRunList ?? []) found.set(run.taskId, [...(found.get(run.taskId) ?? []), run]);
  const rank = ({ state }: TaskRun): number => (ORDER.indexOf(state.current) + ORDER.length + 1) % (ORDER.length + 1);
  for (const runs of found.values()) runs.sort((one, other) => rank(one) - rank(other));
  return found;
}

function marksOf(graph: FlowGraph, byTask: Map<string, TaskRun[]>, now: number): Map<string, NodeRun> {
  const marks = new Map<string, NodeRun>();
  for (const { uid, task } of graph.nodes) {
    const runs = task && byTask.get(task.id);
    const first = runs?.[0];
    if (!first) continue;
    const note = runs.length > 1 ? `${runs.length} runs` : length(elapsed(first.state, now));
    marks.set(uid, { state: first.state.current, note });
  }
  return marks;
}
