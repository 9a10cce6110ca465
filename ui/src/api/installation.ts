import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import type { Json } from "./types";

export interface Service {
  id: string;
  type: "EXECUTOR" | "SCHEDULER" | "WEBSERVER" | "WORKER";
  state: string;
  server: { id: string; version: string; hostname: string };
  metrics: { name: string; description: string; value: number }[];
}

export interface Setting {
  name: string;
  value: Json;
  isDefault: boolean;
}

export interface Pool {
  name: string;
  slots: number;
  description?: string;
  /** Set in the configuration, and so changed only there. */
  isFixed: boolean;
  running: number;
  queued: number;
  flows: { namespace: string; flowId: string; running?: number; queued?: number }[];
}

export interface FlowLimit {
  namespace: string;
  flowId: string;
  limit?: number;
  running: number;
  queued?: number;
  pool?: string;
}

export interface Stopped {
  namespace: string;
  flowId: string;
  since: string;
  reason: string;
}

export interface AuditEntry {
  number: number;
  at: string;
  actor: string;
  action: string;
  resource: string;
  namespace: string;
  id: string;
}

export interface Installation {
  productVersion: string;
  version: string;
  url?: string;
  environment?: { name: string; color: string };
  systemNamespace: string;
}

export interface Usage {
  flows: { count: number; namespacesCount: number; taskTypeCount: Record<string, number> };
  executions: {
    dailyExecutionsCount: { startDate: string; executionCounts: Record<string, number>; duration: { count: number } }[];
  };
}

const JSON_TYPE = { "content-type": "application/json" };
const OFTEN_MS = 5_000;
const AUDIT_SIZE = 100;

export const installation = queryOptions({
  queryKey: ["configs"],
  staleTime: 60_000,
  queryFn: ({ signal }) => requestJson<Installation>("/api/v1/configs", { signal }),
});

/** UP or DOWN; a server that is not well says so with an error status. */
export const health = queryOptions({
  queryKey: ["health"],
  refetchInterval: OFTEN_MS,
  retry: false,
  queryFn: async ({ signal }) => {
    const response = await fetch("/health/readiness", { signal });
    return ((await response.json()) as { status: string }).status;
  },
});

export const services = queryOptions({
  queryKey: ["services"],
  refetchInterval: OFTEN_MS,
  queryFn: async ({ signal }) => (await requestJson<{ results: Service[] }>("/cluster/services", { signal })).results,
});

export const settings = queryOptions({
  queryKey: ["settings"],
  queryFn: async ({ signal }) => (await requestJson<{ results: Setting[] }>("/settings", { signal })).results,
});

export const pools = queryOptions({
  queryKey: ["pools"],
  refetchInterval: OFTEN_MS,
  queryFn: async ({ signal }) => (await requestJson<{ results: Pool[] }>("/pools", { signal })).results,
});

export function savePool(name: string, slots: number, description: string): Promise<Pool> {
  const body = JSON.stringify({ slots, ...(description && { description }) });
  return requestJson(`/pools/${encodeURIComponent(name)}`, { method: "PUT", body, headers: JSON_TYPE });
}

export async function deletePool(name: string): Promise<void> {
  await request(`/pools/${encodeURIComponent(name)}`, { method: "DELETE" });
}

export const flowLimits = queryOptions({
  queryKey: ["limits"],
  refetchInterval: OFTEN_MS,
  queryFn: async ({ signal }) =>
    (await requestJson<{ results: FlowLimit[] }>("/concurrency-limit/search", { signal })).results,
});

export const stoppedFlows = queryOptions({
  queryKey: ["breakers"],
  refetchInterval: OFTEN_MS,
  queryFn: async ({ signal }) => (await requestJson<{ results: Stopped[] }>("/breakers", { signal })).results,
});

export async function resumeFlow(namespace: string, id: string): Promise<void> {
  await request(`/flows/${namespace}/${id}/resume`, { method: "POST" });
}

export const usage = queryOptions({
  queryKey: ["usages"],
  queryFn: ({ signal }) => requestJson<Usage>("/usages/all", { signal }),
});

export const pluginProblems = queryOptions({
  queryKey: ["plugins", "problems"],
  queryFn: async ({ signal }) =>
    (await requestJson<{ results: string[] }>("/api/v1/plugins/problems", { signal })).results,
});

/** What was changed, newest first, a page at a time. */
export const audit = infiniteQueryOptions({
  queryKey: ["audit"],
  initialPageParam: undefined as number | undefined,
  queryFn: async ({ pageParam, signal }) => {
    const asked = query({ size: AUDIT_SIZE, before: pageParam });
    return (await requestJson<{ results: AuditEntry[] }>(`/audit${asked}`, { signal })).results;
  },
  getNextPageParam: (last) => (last.length === AUDIT_SIZE ? last.at(-1)?.number : undefined),
});
