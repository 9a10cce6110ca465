import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import { whileLost } from "./stream";
import type { Json, JsonObject, Label, Page } from "./types";

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
  /** How late it is, as an ISO 8601 duration. */
  lag?: string;
  evaluatedAt?: string;
  lockedAt?: string;
  failedAt?: string;
  stopAfter?: string[];
  nextExecutionDate?: string;
  lastTriggeredDate?: string;
  executionId?: string;
  error?: string;
  kind?: string;
  backfill?: { start: string; end: string; currentDate: string; paused: boolean };
}

export interface Trigger {
  trigger: {
    id: string;
    type: string;
    cron?: string;
    interval?: string;
    key?: string;
    timezone?: string;
    description?: string;
    disabled: boolean;
  };
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
  inputs?: Record<string, Json>;
  labels?: Label[];
}

export interface Planned {
  from: string;
  to: string;
  total: number;
  /** False when there is more than was counted. */
  complete: boolean;
  hours: { at: string; count: number; flows: string[] }[];
}

const JSON_TYPE = { "content-type": "application/json" };

export function triggerPage(filter: { text: string; namespace: string; page: number; size: number }) {
  return queryOptions({
    queryKey: ["triggers", filter],
    placeholderData: keepPreviousData,
    refetchInterval: whileLost(5_000),
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

/** The triggers that start something next, the nearest first. */
export function nextStarts(filter: { namespace?: string; size: number }) {
  return queryOptions({
    queryKey: ["triggers", "next", filter],
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    queryFn: async ({ signal }) => {
      const asked = query({
        size: filter.size,
        sort: "nextExecutionDate:asc",
        "filters[nextExecutionDate][GREATER_THAN]": new Date().toISOString(),
        "filters[namespace][PREFIX]": filter.namespace,
      });
      return (await requestJson<Page<Trigger>>(`/triggers/search${asked}`, { signal })).results;
    },
  });
}

export interface Trial {
  fires: boolean;
  reason: string;
  variables?: JsonObject;
  date?: string;
  inputs?: JsonObject;
  labels?: Label[];
}

/** Tells what a trigger would start, and starts nothing. */
export function tryTrigger(key: TriggerKey, given: { date?: string; variables?: JsonObject }): Promise<Trial> {
  return requestJson(`/triggers/${key.namespace}/${key.flowId}/${key.triggerId}/test`, {
    method: "POST",
    body: JSON.stringify(given),
    headers: JSON_TYPE,
  });
}

/** What schedules will start between two times, by the hour. */
export function plannedRuns(filter: { from: string; to: string; namespace: string }) {
  return queryOptions({
    queryKey: ["triggers", "planned", filter],
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      requestJson<Planned>(
        `/triggers/planned${query({ from: filter.from, to: filter.to, "filters[namespace][PREFIX]": filter.namespace })}`,
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

export type ManyVerb = "enable" | "disable" | "unlock" | "pause" | "unpause" | "delete";

const OF_BACKFILLS = new Set<ManyVerb>(["pause", "unpause", "delete"]);

/** Does one thing to many triggers, or to their backfills; gives how many it was done to. */
export async function actOnTriggers(keys: readonly TriggerKey[], verb: ManyVerb): Promise<number> {
  const triggers = keys.map(keyOf);
  const isSwitch = verb === "enable" || verb === "disable";
  const path = isSwitch ? "set-disabled" : OF_BACKFILLS.has(verb) ? `backfill/${verb}` : verb;
  const body = JSON.stringify({ triggers, ...(isSwitch && { disabled: verb === "disable" }) });
  const call = { method: "POST" as const, body, headers: JSON_TYPE };
  return (await requestJson<{ count: number }>(`/triggers/${path}/by-triggers`, call)).count;
}

function keyOf({ namespace, flowId, triggerId }: TriggerKey): TriggerKey {
  return { namespace, flowId, triggerId };
}
