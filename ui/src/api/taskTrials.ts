import { requestJson } from "./client";
import type { TriedTask } from "./schema";
import type { JsonObject } from "./types";

export interface TaskTrial {
  /** The flow as it is being written. */
  source: string;
  taskId: string;
  inputs: JsonObject;
  /** Root names of expressions and what they hold. */
  variables: JsonObject;
  /** One of the flow, whose files the task may read. */
  executionId?: string | undefined;
}

/** Carries out one task by itself; it is real, though no execution comes of it. */
export function tryTask(trial: TaskTrial): Promise<TriedTask> {
  return requestJson<TriedTask>("/flows/try-task", {
    method: "POST",
    body: JSON.stringify(trial),
    headers: { "content-type": "application/json" },
  });
}
