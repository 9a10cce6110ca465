/** Task runs of a loop as its iterations: one of a thousand is found by its state or its number, not by scrolling. */

import type { StateName, TaskRun } from "../api/types";

export interface Iteration {
  /** From 0 on, as the engine counts them. */
  index: number;
  value: string | undefined;
  state: StateName;
  from: number;
  to: number;
  /** The task runs directly in it. */
  runs: TaskRun[];
}

/** Fewer are shown as rows, like any other task runs. */
export const FEWEST = 9;
const MOST_CELLS = 240;

/** What tells more about an iteration than what follows. */
const WORST: StateName[] = [
  "FAILED",
  "KILLED",
  "KILLING",
  "RUNNING",
  "RETRYING",
  "PAUSED",
  "PAUSING",
  "BREAKPOINT",
  "WARNING",
  "CANCELLED",
  "QUEUED",
  "SUBMITTED",
  "CREATED",
  "RESTARTED",
  "RETRIED",
  "RESUBMITTED",
  "SUCCESS",
  "SKIPPED",
];

/** The iterations among the children of a task run, in order; null when they are none, or few. */
export function iterationsOf(children: readonly TaskRun[], now: number): Iteration[] | null {
  const found = new Map<number, TaskRun[]>();
  for (const run of children) {
    if (run.iteration === undefined) return null;
    const runs = found.get(run.iteration);
    if (runs) runs.push(run);
    else found.set(run.iteration, [run]);
  }
  if (found.size < FEWEST) return null;
  return [...found].toSorted(([one], [other]) => one - other).map(([index, runs]) => iterationOf(index, runs, now));
}

/** The worst of some states: the one that somebody looking at all of them should see. */
export function worstOf(states: readonly StateName[]): StateName {
  return WORST.find((state) => states.includes(state)) ?? states[0] ?? "CREATED";
}

export interface Cell {
  state: StateName;
  /** The places of its first and last iteration in the list. */
  first: number;
  last: number;
  /** The place of the iteration that gives the cell its state. */
  worst: number;
}

/** A strip of at most some hundred cells; each stands for as many iterations as it must. */
export function cellsOf(iterations: readonly { state: StateName }[], most: number = MOST_CELLS): Cell[] {
  const size = Math.max(1, Math.ceil(iterations.length / most));
  const cells: Cell[] = [];
  for (let first = 0; first < iterations.length; first += size) {
    const part = iterations.slice(first, first + size);
    const state = worstOf(part.map((one) => one.state));
    cells.push({
      state,
      first,
      last: first + part.length - 1,
      worst: first + part.findIndex((one) => one.state === state),
    });
  }
  return cells;
}

/** How many iterations are in each state, the most telling first. */
export function countsOf(iterations: readonly { state: StateName }[]): [StateName, number][] {
  return WORST.map((state): [StateName, number] => [
    state,
    iterations.filter((one) => one.state === state).length,
  ]).filter(([, count]) => count > 0);
}

function iterationOf(index: number, runs: TaskRun[], now: number): Iteration {
  const starts = runs.map(({ state }) => timeOf(state.startDate, now));
  const ends = runs.map(({ state }) => timeOf(state.endDate, now));
  return {
    index,
    value: runs.find(({ value }) => value !== undefined)?.value,
    state: worstOf(runs.map(({ state }) => state.current)),
    from: Math.min(...starts),
    to: Math.max(...ends),
    runs,
  };
}

function timeOf(date: string | undefined, now: number): number {
  return date ? Date.parse(date) : now;
}
