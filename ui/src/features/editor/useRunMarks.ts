import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { execution } from "../../api/executions";
import type { Execution, TaskRun } from "../../api/types";
import type { NodeRun } from "../../components/graph/nodeData";
import { elapsed, length } from "../../components/times";
import { plural } from "../../i18n/text";
import { nodeOf, type TaskPlace } from "../../source/tasks";

/** How each task of the text went in a run, by the node it has in the graph. */
export function useRunMarks(
  id: string | undefined,
  tasks: readonly TaskPlace[],
): { marks: ReadonlyMap<string, NodeRun> | undefined; run: Execution | undefined } {
  const found = useQuery({ ...execution(id ?? ""), enabled: id !== undefined });
  const run = id === undefined ? undefined : found.data;
  const marks = useMemo(() => (run ? marksOf(run, tasks) : undefined), [run, tasks]);
  return { marks, run };
}

function marksOf(run: Execution, tasks: readonly TaskPlace[]): Map<string, NodeRun> {
  const byTask = new Map<string, TaskRun[]>();
  for (const one of run.taskRunList ?? []) byTask.set(one.taskId, [...(byTask.get(one.taskId) ?? []), one]);
  const marks = new Map<string, NodeRun>();
  for (const place of tasks) {
    const runs = byTask.get(place.id);
    const worst = runs?.find(({ state }) => state.current === "FAILED") ?? runs?.at(-1);
    if (!runs || !worst) continue;
    const note =
      runs.length > 1
        ? plural(runs.length, { one: "{count} run", other: "{count} runs" })
        : length(elapsed(worst.state));
    marks.set(nodeOf(place), { state: worst.state.current, note });
  }
  return marks;
}
