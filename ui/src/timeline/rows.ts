/** Turns the task runs of an execution into rows of a chart: who is below whom, and what happened when. */

import type { Execution, StateName, TaskRun } from "../api/types";
import { type Iteration, iterationsOf } from "./loops";
import { isEnded, isRest, partsOf } from "./rests";
import { foldedScale, plainScale, type Scale, type Span } from "./scale";

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
  /** When it was on its way: without the time between an end and the restart behind it. */
  parts: Span[];
  /** Of a loop with many: they are drawn as a strip, and only the one chosen has rows below. */
  iterations?: Iteration[];
}

export interface Timeline {
  rows: Row[];
  scale: Scale;
  ticks: number[];
}

export interface View {
  /** Task runs whose rows below are hidden. */
  closed?: ReadonlySet<string>;
  /** The iteration that is looked at, in whichever loop has the task run chosen. */
  iteration?: { parent: string; index: number } | undefined;
  isFolded?: boolean;
}

const WAITING = new Set<StateName>(["CREATED", "SUBMITTED", "QUEUED", "RESTARTED"]);
const PAUSES = new Set<StateName>(["RETRYING", "RETRIED"]);
const STEPS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
].map((s) => s * 1000);
const MOST_TICKS = 8;
const SECOND_MS = 1_000;

/** The rows in the order they began, children below their parent. */
export function timelineOf(execution: Execution, now: number, view: View = {}): Timeline {
  const { closed = new Set<string>(), iteration, isFolded = false } = view;
  const runs = execution.taskRunList ?? [];
  const children = childrenOf(runs);
  const rows: Row[] = [];
  const walk = (parent: string | undefined, level: number, only?: number): void => {
    const found = children.get(parent) ?? [];
    const shown = only === undefined ? found : found.filter((run) => run.iteration === only);
    for (const run of shown.toSorted(byStart)) {
      const below = children.get(run.id) ?? [];
      const row = rowOf(run, level, below.length > 0, now);
      const iterations = iterationsOf(below, now);
      rows.push(iterations ? { ...row, iterations } : row);
      if (closed.has(run.id) || below.length === 0) continue;
      if (!iterations) walk(run.id, level + 1);
      else if (iteration?.parent === run.id) walk(run.id, level + 1, iteration.index);
    }
  };
  walk(undefined, 0);
  const from = Date.parse(execution.state.startDate ?? new Date(now).toISOString());
  const isOver = execution.state.endDate !== undefined && isEnded(execution.state.current);
  const last = isOver ? Date.parse(execution.state.endDate as string) : now;
  const to = Math.max(from + 1, last, ...rows.map((row) => row.to));
  const scale = isFolded ? foldedScale(from, to, busyIn(rows)) : plainScale(from, to);
  return { rows, scale, ticks: ticksOf(scale) };
}

/** Where a task run stands among the iterations above it: the innermost loop whose strip would hide it. */
export function loopAround(runs: readonly TaskRun[], id: string): { parent: string; index: number } | undefined {
  const byId = new Map(runs.map((run) => [run.id, run]));
  for (let run = byId.get(id); run; run = byId.get(run.parentTaskRunId ?? "")) {
    if (run.iteration !== undefined && run.parentTaskRunId)
      return { parent: run.parentTaskRunId, index: run.iteration };
  }
  return undefined;
}

function childrenOf(runs: readonly TaskRun[]): Map<string | undefined, TaskRun[]> {
  const children = new Map<string | undefined, TaskRun[]>();
  const known = new Set(runs.map(({ id }) => id));
  for (const run of runs) {
    const parent = run.parentTaskRunId && known.has(run.parentTaskRunId) ? run.parentTaskRunId : undefined;
    const siblings = children.get(parent);
    if (siblings) siblings.push(run);
    else children.set(parent, [run]);
  }
  return children;
}

/** When something was worked on: what only waits, and what only holds others, is idle. */
function busyIn(rows: readonly Row[]): { from: number; to: number }[] {
  return rows.flatMap(({ segments, iterations }) => [
    ...segments.filter(({ kind, state }) => kind === "run" && state !== "PAUSED"),
    ...(iterations ?? []),
  ]);
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
  const to = Math.max(from, ...segments.map((one) => one.to));
  const isWhole = !run.state.histories.some(({ state }, index, all) => isRest(state, all[index + 1]));
  const parts = isWhole ? [{ from, to }] : partsOf(run.state, now);
  return { run, level, hasChildren, segments, from, to, parts };
}

function segmentsOf(run: TaskRun, hasChildren: boolean, now: number): Segment[] {
  const { histories, current } = run.state;
  const attempts = run.attempts ?? [];
  let attempt = 0;
  return histories.flatMap(({ state, date }, index): Segment[] => {
    const next = histories[index + 1];
    const from = Date.parse(date);
    const to = next ? Date.parse(next.date) : isEnded(state) ? from : now;
    if ((isEnded(state) && !next) || isRest(state, next)) return [];
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

function byStart(one: TaskRun, other: TaskRun): number {
  return (one.state.startDate ?? "").localeCompare(other.state.startDate ?? "");
}

/** Whether marks are less than a second apart. */
export function areFine(ticks: readonly number[]): boolean {
  return ticks.some((at, index) => at - (ticks[index - 1] ?? Number.NEGATIVE_INFINITY) < SECOND_MS);
}

function ticksOf({ from, to, folds, place }: Scale): number[] {
  const folded = folds.reduce((sum, fold) => sum + fold.to - fold.from, 0);
  const step = STEPS.find((one) => (to - from - folded) / one <= MOST_TICKS) ?? (STEPS.at(-1) as number);
  const ticks: number[] = [];
  let shown = Number.NEGATIVE_INFINITY;
  // Below a second the marks are counted from the beginning, above it they are full times of the clock.
  const first = to - from < 5_000 ? from + step : Math.ceil(from / step) * step;
  for (let at = first; at < to; at += step) {
    const fold = folds.find((one) => at > one.from && at < one.to);
    if (fold) at = Math.floor(fold.to / step) * step;
    else if (place(at) - shown >= 100 / MOST_TICKS / 2) {
      ticks.push(at);
      shown = place(at);
    }
  }
  return ticks;
}
