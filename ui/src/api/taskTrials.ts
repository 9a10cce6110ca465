import { t } from "../i18n/text";
import { readFrames } from "../live/frames";
import { ApiError, request } from "./client";
import type { TriedTask } from "./schema";
import type { JsonObject, LogLine } from "./types";

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

/**
 * Carries out one task by itself; it is real, though no execution comes of it. Lines are told of as they are written;
 * the signal ends the task.
 */
export async function tryTask(
  trial: TaskTrial,
  onLines: (lines: LogLine[]) => void,
  signal: AbortSignal,
): Promise<TriedTask> {
  const response = await request("/flows/try-task/follow", {
    method: "POST",
    body: JSON.stringify(trial),
    headers: { "content-type": "application/json" },
    signal,
  });
  let tried: TriedTask | null = null;
  if (response.body) {
    await readFrames(response.body, (frames) => {
      for (const { kind, data } of frames) {
        if (kind === "log") onLines((data as { entries: LogLine[] }).entries);
        else if (kind === "result") tried = data as TriedTask;
      }
    });
  }
  if (!tried) throw new ApiError(0, t("The connection ended before the task did, so nobody knows what came of it."));
  return tried;
}
