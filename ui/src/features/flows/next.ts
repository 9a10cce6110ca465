import type { Trigger } from "../../api/triggers";

/** When each flow is started next, by `namespace/id`; the triggers come in the order of their times. */
export function nextOf(triggers: readonly Trigger[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { state } of triggers) {
    const key = `${state.namespace}/${state.flowId}`;
    if (state.nextExecutionDate && !state.disabled && !found.has(key)) found.set(key, state.nextExecutionDate);
  }
  return found;
}
