/** Why an execution does not go on by itself at this moment, in one sentence; null when it does, or is over. */

import type { Execution, TaskRun } from "../api/types";
import { t } from "../i18n/text";

export interface Slots {
  running: number;
  limit: number;
}

const NOT_BEGUN = new Set(["CREATED", "SUBMITTED"]);
const NOTICED_MS = 3_000;

export function whyWaiting(execution: Execution, now: number, slots?: Slots | undefined): string | null {
  const runs = execution.taskRunList ?? [];
  switch (execution.state.current) {
    case "QUEUED":
      return slots
        ? t(
            "It waits for a slot of the flow: {running} of {limit} are taken. Unqueue it, or force it to run, to start it all the same.",
            { running: slots.running, limit: slots.limit },
          )
        : t(
            "It waits for a slot: the flow's concurrency limit is reached. Unqueue it, or force it to run, to start it all the same.",
          );
    case "CREATED":
    case "RESTARTED":
    case "SUBMITTED":
      if (execution.scheduleDate && Date.parse(execution.scheduleDate) > now)
        return t("It was started for a later time and begins then.");
      return since(execution, now) > NOTICED_MS ? t("It waits for an executor: none has taken it up yet.") : null;
    case "PAUSING":
      return t("It pauses as soon as the tasks that run have ended.");
    case "PAUSED":
      return pausedBy(runs);
    case "BREAKPOINT":
      return t("It stands at a breakpoint, before the task it was told to stop at. Resume it to go on.");
    case "RETRYING":
      return t("It failed, and waits for its next attempt.");
    case "KILLING":
      return t("It is being killed: what runs in it was told to stop.");
    case "RUNNING":
      return heldIn(runs, now);
    default:
      return null;
  }
}

function pausedBy(runs: readonly TaskRun[]): string {
  const held = runs.filter(({ state }) => state.current === "PAUSED").map(({ taskId }) => taskId);
  const [first] = held;
  if (first === undefined) return t("It was paused by hand and waits to be resumed.");
  return t("It is paused at {task} and waits to be resumed, or for the time the pause ends at.", { task: first });
}

function heldIn(runs: readonly TaskRun[], now: number): string | null {
  const live = runs.filter(({ state }) => state.endDate === undefined || state.current === "PAUSED");
  const retrying = live.find(({ state }) => state.current === "RETRYING");
  if (live.some(({ id, state }) => state.current === "RUNNING" && !live.some((one) => one.parentTaskRunId === id)))
    return null;
  if (retrying) return t("{task} failed, and waits for its next attempt.", { task: retrying.taskId });
  const waiting = live.find(({ state }) => NOT_BEGUN.has(state.current));
  if (waiting && now - Date.parse(waiting.state.startDate ?? "") > NOTICED_MS)
    return t("{task} waits for a worker: none is free, or none of its group runs.", { task: waiting.taskId });
  return null;
}

function since(execution: Execution, now: number): number {
  const last = execution.state.histories.at(-1);
  return last ? now - Date.parse(last.date) : 0;
}
