/** Why an execution does not go on by itself at this moment, in one sentence; null when it does, or is over. */

import type { Execution, TaskRun } from "../api/types";

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
        ? `It waits for a slot of the flow: ${slots.running} of ${slots.limit} are taken. Unqueue it, or force it to run, to start it all the same.`
        : "It waits for a slot: the flow's concurrency limit is reached. Unqueue it, or force it to run, to start it all the same.";
    case "CREATED":
    case "RESTARTED":
    case "SUBMITTED":
      if (execution.scheduleDate && Date.parse(execution.scheduleDate) > now)
        return "It was started for a later time and begins then.";
      return since(execution, now) > NOTICED_MS ? "It waits for an executor: none has taken it up yet." : null;
    case "PAUSING":
      return "It pauses as soon as the tasks that run have ended.";
    case "PAUSED":
      return pausedBy(runs);
    case "BREAKPOINT":
      return "It stands at a breakpoint, before the task it was told to stop at. Resume it to go on.";
    case "RETRYING":
      return "It failed, and waits for its next attempt.";
    case "KILLING":
      return "It is being killed: what runs in it was told to stop.";
    case "RUNNING":
      return heldIn(runs, now);
    default:
      return null;
  }
}

function pausedBy(runs: readonly TaskRun[]): string {
  const held = runs.filter(({ state }) => state.current === "PAUSED").map(({ taskId }) => taskId);
  const [first] = held;
  if (first === undefined) return "It was paused by hand and waits to be resumed.";
  return `It is paused at ${first} and waits to be resumed, or for the time the pause ends at.`;
}

function heldIn(runs: readonly TaskRun[], now: number): string | null {
  const live = runs.filter(({ state }) => state.endDate === undefined || state.current === "PAUSED");
  const retrying = live.find(({ state }) => state.current === "RETRYING");
  if (live.some(({ id, state }) => state.current === "RUNNING" && !live.some((one) => one.parentTaskRunId === id)))
    return null;
  if (retrying) return `${retrying.taskId} failed, and waits for its next attempt.`;
  const waiting = live.find(({ state }) => NOT_BEGUN.has(state.current));
  if (waiting && now - Date.parse(waiting.state.startDate ?? "") > NOTICED_MS)
    return `${waiting.taskId} waits for a worker: none is free, or none of its group runs.`;
  return null;
}

function since(execution: Execution, now: number): number {
  const last = execution.state.histories.at(-1);
  return last ? now - Date.parse(last.date) : 0;
}
