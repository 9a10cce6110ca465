/** Turns the task runs of an execution into rows of a chart: who is below whom, and what happened when. */

import type { Execution, StateName, TaskRun } from "../api/types";

export interface Segment {
  kind: "queue" | "run" | "wait" | "span";
  state: StateName;
  from: number;
  to: number;
}

export interface Row {
  run: TaskRun;
  level: number;
  hasChildren: boolean;
  segments: Segment[];
  from: number;
  to: number;
}

export interface Timeline {
  rows: Row[];
  from: number;
  to: number;
  ticks: number[];
}

const WAITING = new Set<StateName>(["CREATED", "SUBMITTED", "QUEUED", "RESTARTED"]);
const PAUSES = new Set<StateName>(["RETRYING", "RETRIED"]);
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400].map((s) => s * 1000);
const MOST_TICKS = 8;

/** The rows in the order they began, children below their parent; `closed` hides what is below a task run. */
export function timelineOf(execution: Execution, now: number, closed: ReadonlySet<string> = new Set()): Timeline {
  const runs = execution.taskRunList ?? [];
  const children = new Map<string | undefined, TaskRun[]>();
  const known = new Set(runs.map(({ id }) => id));
  for (const run of runs) {
    const parent = run.parentTaskRunId && known.has(run.parentTaskRunId) ? run.parentTaskRunId : undefined;
    children.set(parent, [...(children.get(parent) ?? []), run]);
  }
  const rows: Row[] = [];
  const walk = (parent: string | undefined, level: number): void => {
    for (const run of (children.get(parent) ?? []).toSorted(byStart)) {
      const hasChildren = children.has(run.id);
      rows.push(rowOf(run, level, hasChildren, now));
      if (hasChildren && !closed.has(run.id)) walk(run.id, level + 1);
    }
  };
  walk(undefined, 0);
  const from = Date.parse(execution.state.startDate ?? new Date(now).toISOString());
  const last = execution.state.endDate ? Date.parse(execution.state.endDate) : now;
  const to = Math.max(from + 1, last, ...rows.map((row) => row.to));
  return { rows, from, to, ticks: ticksBetween(from, to) };
}

/** A place on the axis in per cent. */
export function percent(timeline: Timeline, at: number): number {
  return ((at - timeline.from) / (timeline.to - timeline.from)) * 100;
}

/** The last failed task run without a failed one below it: where the failure began. */
export function culpritOf(execution: Execution): TaskRun | undefined {
  const failed = (execution.taskRunList ?? []).filter(({ state }) => state.current === "FAILED");
  const parents = new Set(failed.map(({ parentTaskRunId }) => parentTaskRunId));
  return failed.filter(({ id }) => !parents.has(id)).at(-1);
}

function rowOf(run: TaskRun, level: number, hasChildren: boolean, now: number): Row {
  const segments = segmentsOf(run, hasChildren, now);
  const from = segments[0]?.from ?? now;
  return { run, level, hasChildren, segments, from, to: Math.max(from, ...segments.map(({ to }) => to)) };
}

function segmentsOf(run: TaskRun, hasChildren: boolean, now: number): Segment[] {
  const { histories, current } = run.state;
  const attempts = run.attempts ?? [];
  let attempt = 0;
  return histories.flatMap(({ state, date }, index): Segment[] => {
    const next = histories[index + 1];
    const from = Date.parse(date);
    const to = next ? Date.parse(next.date) : isOver(state) ? from : now;
    if (isOver(state) && !next) return [];
    if (WAITING.has(state)) return [{ kind: "queue", state, from, to }];
    if (PAUSES.has(state)) return [{ kind: "wait", state, from, to }];
    if (hasChildren && state === "RUNNING") return [{ kind: "span", state: current, from, to }];
    const ended = state === "RUNNING" ? (attempts[attempt++]?.state.current ?? next?.state ?? current) : state;
    return [{ kind: "run", state: next ? endState(ended, next.state) : state, from, to }];
  });
}

/** A run that a retry follows has failed, whatever its task run is called by now. */
function endState(ended: StateName, next: StateName): StateName {
  if (PAUSES.has(next)) return "FAILED";
  return ended === "RUNNING" ? next : ended;
}

function isOver(state: StateName): boolean {
  return ["SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED", "RESUBMITTED"].includes(state);
}

function byStart(one: TaskRun, other: TaskRun): number {
  return (one.state.startDate ?? "").localeCompare(other.state.startDate ?? "");
}

function ticksBetween(from: number, to: number): number[] {
  const step = STEPS.find((one) => (to - from) / one <= MOST_TICKS) ?? (STEPS.at(-1) as number);
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at < to && ticks.length <= MOST_TICKS * 40; at += step) ticks.push(at);
  return ticks;
}
