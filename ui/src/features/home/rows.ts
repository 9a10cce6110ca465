import type { Trigger } from "../../api/triggers";
import type { Execution } from "../../api/types";

export interface FlowRuns {
  key: string;
  namespace: string;
  flowId: string;
  /** The newest first. */
  runs: Execution[];
  /** When it starts next, before the end of what is shown. */
  starts: number[];
}

/** A row for each flow that ran or starts soon: those that ran last come first, then those that start first. */
export function rowsOf(executions: readonly Execution[], next: readonly Trigger[], to: number): FlowRuns[] {
  const rows = new Map<string, FlowRuns>();
  const rowOf = (namespace: string, flowId: string): FlowRuns => {
    const key = `${namespace}/${flowId}`;
    const row = rows.get(key) ?? { key, namespace, flowId, runs: [], starts: [] };
    rows.set(key, row);
    return row;
  };
  for (const one of executions) rowOf(one.namespace, one.flowId).runs.push(one);
  for (const { state } of next) {
    const at = Date.parse(state.nextExecutionDate ?? "");
    if (!state.disabled && at < to) rowOf(state.namespace, state.flowId).starts.push(at);
  }
  return [...rows.values()];
}
