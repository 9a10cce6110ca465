/** What can be named in an expression or a property: functions, filters, keys, flows. */

import { queryOptions } from "@tanstack/react-query";
import { requestJson } from "./client";
import type { ExpressionFunction } from "./schema";
import type { Flow } from "./types";

export interface FunctionFacts {
  name: string;
  arguments: string[];
}

const MINUTE = 60_000;

export const functions = queryOptions({
  queryKey: ["naming", "functions"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<FunctionFacts[]> => {
    const found = await requestJson<ExpressionFunction[]>("/api/v1/pebble/functions", { signal });
    return found.map((one) => ({ name: one.name, arguments: one.arguments.map(({ name }) => name) }));
  },
});

export const filters = queryOptions({
  queryKey: ["naming", "filters"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => requestJson<string[]>("/api/v1/pebble/filters", { signal }),
});

export function keysOf(namespace: string) {
  return queryOptions({
    queryKey: ["naming", "kv", namespace],
    staleTime: MINUTE,
    queryFn: async ({ signal }) =>
      (await requestJson<{ key: string }[]>(`/namespaces/${namespace}/kv`, { signal })).map(({ key }) => key),
  });
}

export function secretsOf(namespace: string) {
  return queryOptions({
    queryKey: ["naming", "secrets", namespace],
    staleTime: MINUTE,
    queryFn: async ({ signal }) =>
      (
        await requestJson<{ results: { key: string }[] }>(`/namespaces/${namespace}/secrets?size=500`, { signal })
      ).results.map(({ key }) => key),
  });
}

export function flowsOf(namespace: string) {
  return queryOptions({
    queryKey: ["naming", "flows", namespace],
    staleTime: MINUTE,
    queryFn: ({ signal }) => requestJson<Flow[]>(`/flows/${namespace}`, { signal }),
  });
}
