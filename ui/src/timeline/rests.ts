/** The rest of what has ended and was restarted later: in between nobody worked on it, and nothing waited for it. */

import type { State, StateName } from "../api/types";
import type { Span } from "./scale";

const ENDED = new Set<StateName>([
  "SUCCESS",
  "WARNING",
  "FAILED",
  "KILLED",
  "CANCELLED",
  "SKIPPED",
  "RETRIED",
  "RESUBMITTED",
]);

export function isEnded(state: StateName): boolean {
  return ENDED.has(state);
}

/** Whether it ended in a state and stayed so until somebody restarted it; a retry is waited for. */
export function isRest(state: StateName, next: unknown): boolean {
  return isEnded(state) && state !== "RETRIED" && next !== undefined;
}

/** When it was on its way, in order: all the time from its beginning to its end without its rests. */
export function partsOf({ current, histories, startDate, endDate }: State, now: number): Span[] {
  const parts: Span[] = [];
  let from = Date.parse(startDate ?? new Date(now).toISOString());
  for (const [index, { state, date }] of histories.entries()) {
    const next = histories[index + 1];
    if (!next || !isRest(state, next)) continue;
    parts.push({ from, to: Date.parse(date) });
    from = Date.parse(next.date);
  }
  // What is paused has an end that is none.
  return [...parts, { from, to: endDate && isEnded(current) ? Date.parse(endDate) : now }];
}

export function lengthOf(parts: readonly Span[]): number {
  return parts.reduce((sum, { from, to }) => sum + to - from, 0);
}
