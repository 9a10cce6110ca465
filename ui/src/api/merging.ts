import { replaceEqualDeep } from "@tanstack/react-query";
import type { Execution, Page, TaskRun } from "./types";

/** A task run as the stream tells of it: outputs are asked for. */
export interface TaskRunNews extends TaskRun {
  executionId: string;
  version: number;
  hasOutputs?: boolean;
  deleted?: boolean;
}

/** A page with the row of an execution as it is now; the same page when it has no older one. */
export function patchedPage(page: Page<Execution> | undefined, next: Execution): Page<Execution> | undefined {
  if (!page?.results.some((row) => row.id === next.id && isOlder(row, next))) return page;
  return { ...page, results: page.results.map((row) => (row.id === next.id ? { ...row, ...next } : row)) };
}

/** A page that was read, with the rows that are known better already: what was late never turns one back. */
export function newestPage(old: unknown, read: unknown): unknown {
  const known = new Map((old as Page<Execution> | undefined)?.results.map((row) => [row.id, row]));
  const page = read as Page<Execution>;
  const results = page.results.map((row) => {
    const better = known.get(row.id);
    return better && isOlder(row, better) ? { ...row, ...better } : row;
  });
  return replaceEqualDeep(old, { ...page, results });
}

/** An execution with what frames tell of it and of its task runs, in the order they came. */
export function withNews(old: Execution, headers: readonly Execution[], runs: readonly TaskRunNews[]): Execution {
  const known = new Map(stamped(old).map((run) => [run.id, run]));
  for (const news of runs) {
    const run = known.get(news.id);
    // What is here may have been read later than the news were sent.
    if ((run?.version ?? -1) > news.version || (!run && news.version < (old.version ?? 0))) continue;
    if (news.deleted) known.delete(news.id);
    else known.set(news.id, run ? updated(run, news) : withoutMark(news));
  }
  const header = headers.findLast((one) => isOlder(old, one));
  return { ...old, ...header, taskRunList: [...known.values()] };
}

function updated(run: TaskRun, news: TaskRunNews): TaskRun {
  const { outputs, outputsUri, ...rest } = run;
  // A new attempt has no outputs until it is told of them.
  const kept = news.hasOutputs ? { ...(outputs && { outputs }), ...(outputsUri && { outputsUri }) } : {};
  return { ...rest, ...withoutMark(news), ...kept };
}

function withoutMark({ hasOutputs: _, ...run }: TaskRunNews): TaskRun {
  return run;
}

/** An execution that was read, where a frame was quicker as the frame told it. */
export function newest(before: unknown, read: unknown): unknown {
  const old = before as Execution | undefined;
  const next = { ...(read as Execution), taskRunList: stamped(read as Execution) };
  if (old === undefined || !isOlder(next, old)) return replaceEqualDeep(old, next);
  const { inputs, outputs, variables, trigger } = next;
  const known = new Map(next.taskRunList.map((run) => [run.id, run]));
  const taskRunList = stamped(old).map((run) => {
    const one = known.get(run.id);
    return one && (one.version ?? 0) >= (run.version ?? 0) ? one : { ...one, ...run };
  });
  const values = { ...(inputs && { inputs }), ...(outputs && { outputs }), ...(variables && { variables }) };
  return replaceEqualDeep(old, { ...next, ...old, ...values, ...(trigger && { trigger }), taskRunList });
}

/** Whether something of a task run was told whose outputs are not here. */
export function lacksOutputs(execution: Execution, { id, hasOutputs }: TaskRunNews): boolean {
  const run = execution.taskRunList?.find((one) => one.id === id);
  return hasOutputs === true && run !== undefined && run.outputs === undefined && run.outputsUri === undefined;
}

function isOlder(one: Execution, other: Execution): boolean {
  return (one.version ?? 0) < (other.version ?? 0);
}

/** The task runs, each with the version of the execution it is known from. */
function stamped({ taskRunList = [], version = 0 }: Execution): TaskRun[] {
  return taskRunList.map((run) => (run.version === undefined ? { ...run, version } : run));
}
