import type { Execution } from "../../api/types";

/** What needs somebody, in the order in which it is listed. */
export const NEEDING = ["FAILED", "PAUSED", "KILLED", "WARNING"] as const;

/**
 * Of executions, the newest first, those that somebody has to look at: the last of each flow unless it ended well, as an
 * older failure is mended by what ran since, and each pause, which waits for its own answer whatever ran later.
 */
export function inNeed(executions: readonly Execution[]): Execution[] {
  const seen = new Set<string>();
  const last = executions.filter(({ namespace, flowId }) => {
    const key = `${namespace}/${flowId}`;
    return !seen.has(key) && seen.add(key);
  });
  const paused = executions.filter((one) => one.state.current === "PAUSED" && !last.includes(one));
  return NEEDING.flatMap((state) => [...last, ...paused].filter((one) => one.state.current === state));
}
