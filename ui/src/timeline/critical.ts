/** Which task runs an execution could not have been faster without: the chain of those each waited for the one before. */

import type { TaskRun } from "../api/types";
import { lengthOf, partsOf } from "./rests";
import type { Span } from "./scale";

export interface CriticalPath {
  runs: ReadonlySet<string>;
  /** How long they took together, in milliseconds. */
  length: number;
}

interface Stretch extends Span {
  id: string;
  parts: Span[];
}

/** Times are told to the millisecond: what begins in the one another ends in may have waited for it. */
const TOLERANCE_MS = 1;

/** The path of those task runs that have none below them: back from what ended last, always by what ended latest before. */
export function criticalPath(runs: readonly TaskRun[], now: number): CriticalPath {
  const parents = new Set(runs.map(({ parentTaskRunId }) => parentTaskRunId));
  const stretches = runs
    .filter(({ id, state }) => !parents.has(id) && state.startDate !== undefined)
    .map(
      ({ id, state }): Stretch => ({
        id,
        from: Date.parse(state.startDate as string),
        to: state.endDate ? Date.parse(state.endDate) : now,
        parts: partsOf(state, now),
      }),
    )
    .toSorted((one, other) => one.to - other.to);
  const found = new Set<string>();
  let length = 0;
  let reached = Number.POSITIVE_INFINITY;
  for (const stretch of stretches.toReversed()) {
    // Sorted by end: the first that ended before the last one on the path began is the one it waited for.
    if (stretch.to > reached + TOLERANCE_MS) continue;
    found.add(stretch.id);
    length += lengthOf(
      stretch.parts.filter(({ from }) => from < reached).map(({ from, to }) => ({ from, to: Math.min(to, reached) })),
    );
    reached = Math.min(reached, stretch.from);
  }
  return { runs: found, length };
}
