import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import type { Page } from "./types";

export interface TriggerKey {
  namespace: string;
  flowId: string;
  triggerId: string;
}

export interface TriggerState extends TriggerKey {
  disabled: boolean;
  locked: boolean;
  /** Why it does not fire at this moment, in words. */
  reason: string;
  nextExecutionDate?: string;
  lastTriggeredDate?: string;
  executionId?: string;
  error?: string;
  kind?: string;
  backfill?: { start: string; end: string; currentDate: string; paused: boolean };
}

export interface Trigger {
  trigger: { id: string; type: string; cron?: string; disabled: boolean };
  state: TriggerState;
}

export interface Preview {
  count: number;
  complete: boolean;
  dates: string[];
}

export interface BackfillRange {
  start: string;
  end: string;
  onlyMissing: boolean;
}

const JSON_TYPE = { "content-type": "application/json" };

export function triggerPage(filter: { text: string; namespace: string; page: number; size: number }) {
  return queryOptions({
    queryKey: ["triggers", filter],
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
    queryFn: ({ signal }) =>
      requestJson<Page<Trigger>>(
        `/triggers/search${query({
          page: filter.page,
          size: filter.size,
          "filters[q][EQUALS]": filter.text,
          "filters[namespace][PREFIX]": filter.namespace,
        })}`,
        { signal },
      ),
  });
}

export function setTriggerDisabled(key: TriggerKey, disabled: boolean): Promise<TriggerState> {
  return requestJson("/triggers/set-disabled", {
    method: "PUT",
    body: JSON.stringify({ ...keyOf(key), disabled }),
    headers: JSON_TYPE,
  });
}

export function actOnTrigger(
  { namespace, flowId, triggerId }: TriggerKey,
  verb: "unlock" | "restart",
): Promise<TriggerState> {
  return requestJson(`/triggers/${namespace}/${flowId}/${triggerId}/${verb}`, { method: "POST" });
}

export function previewBackfill(key: TriggerKey, backfill: BackfillRange): Promise<Preview> {
  return requestJson("/triggers/backfill/preview", {
    method: "POST",
    body: JSON.stringify({ ...keyOf(key), backfill }),
    headers: JSON_TYPE,
  });
}

export function createBackfill(key: TriggerKey, backfill: BackfillRange): Promise<TriggerState> {
  return requestJson("/triggers/backfill/create", {
    method: "PUT",
    body: JSON.stringify({ ...keyOf(key), backfill }),
    headers: JSON_TYPE,
  });
}

export function actOnBackfill(key: TriggerKey, verb: "pause" | "unpause" | "delete"): Promise<TriggerState> {
  const method = verb === "delete" ? "POST" : "PUT";
  return requestJson(`/triggers/backfill/${verb}`, { method, body: JSON.stringify(keyOf(key)), headers: JSON_TYPE });
}

function keyOf({ namespace, flowId, triggerId }: TriggerKey): TriggerKey {
  return { namespace, flowId, triggerId };
}
