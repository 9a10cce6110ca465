import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import { flowFilters } from "./flowBulk";
import { whileLost } from "./stream";
import type { Flow, FlowGraph, LatestExecution, Page, Validation } from "./types";

const YAML = { "content-type": "application/x-yaml" };

export interface FlowFilter {
  text?: string;
  namespace?: string;
  /** `key:value` */
  label?: string;
  page: number;
  size: number;
}

export function flowPage(filter: FlowFilter) {
  return queryOptions({
    queryKey: ["flows", "page", filter],
    placeholderData: keepPreviousData,
    refetchInterval: whileLost(10_000),
    queryFn: ({ signal }) =>
      requestJson<Page<Flow>>(
        `/flows/search${query({
          page: filter.page,
          size: filter.size,
          sort: ["namespace:asc", "id:asc"],
          ...flowFilters(filter),
        })}`,
        { signal },
      ),
  });
}

/** The flows that were saved last, the newest first. */
export function recentFlows(size: number) {
  return queryOptions({
    queryKey: ["flows", "page", "recent", size],
    queryFn: async ({ signal }) =>
      (await requestJson<Page<Flow>>(`/flows/search${query({ size, sort: "updated:desc" })}`, { signal })).results,
  });
}

export const namespaces = queryOptions({
  queryKey: ["flows", "namespaces"],
  queryFn: ({ signal }) => requestJson<string[]>("/flows/distinct-namespaces", { signal }),
});

/** The last executions of each flow, newest first, by `namespace/id`. */
export function latestExecutions(flows: { namespace: string; id: string }[], each = 1) {
  const keys = flows.map(({ namespace, id }) => ({ namespace, id }));
  return queryOptions({
    queryKey: ["executions", "latest", keys, each],
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: whileLost(5_000),
    queryFn: async ({ signal }) => {
      const body = JSON.stringify(keys);
      const headers = { "content-type": "application/json" };
      const found = await requestJson<LatestExecution[]>(`/executions/latest${query({ each })}`, {
        method: "POST",
        body,
        headers,
        signal,
      });
      const byFlow = new Map<string, LatestExecution[]>();
      for (const one of found) {
        const key = `${one.namespace}/${one.flowId}`;
        byFlow.set(key, [...(byFlow.get(key) ?? []), one]);
      }
      return byFlow;
    },
  });
}

export function flowSource(namespace: string, id: string) {
  return queryOptions({
    queryKey: ["flows", "one", namespace, id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => requestJson<Flow>(`/flows/${namespace}/${id}?source=true`, { signal }),
  });
}

export function createFlow(source: string): Promise<Flow> {
  return requestJson<Flow>("/flows", { method: "POST", body: source, headers: YAML });
}

/** Saves on top of a revision; the server answers 412 when there is a later one. */
export function updateFlow(namespace: string, id: string, source: string, revision: number): Promise<Flow> {
  const headers = { ...YAML, "if-match": `"${revision}"` };
  return requestJson<Flow>(`/flows/${namespace}/${id}`, { method: "PUT", body: source, headers });
}

export async function deleteFlow(namespace: string, id: string): Promise<void> {
  await request(`/flows/${namespace}/${id}`, { method: "DELETE" });
}

export async function validateFlow(source: string, signal: AbortSignal): Promise<Validation | null> {
  const call = { method: "POST", body: source, headers: YAML, signal } as const;
  return (await requestJson<Validation[]>("/flows/validate", call))[0] ?? null;
}

/** The graph of a text that does not change any more. */
export function graphOf(source: string) {
  return queryOptions({
    queryKey: ["flows", "graphOf", source],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    queryFn: ({ signal }) => graphOfSource(source, signal),
  });
}

function graphOfSource(source: string, signal: AbortSignal): Promise<FlowGraph> {
  return requestJson<FlowGraph>("/flows/graph", { method: "POST", body: source, headers: YAML, signal });
}
