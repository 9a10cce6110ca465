import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import type { ChartData, ChartRow } from "./dashboards";
import type { JsonObject, Page } from "./types";

export interface PluginDefault {
  type: string;
  forced?: boolean;
  values: JsonObject;
}

export interface Namespace {
  id: string;
  description?: string;
  variables?: JsonObject;
  pluginDefaults?: PluginDefault[];
  updated?: string;
}

export interface SecretMeta {
  key: string;
  namespace?: string;
  description?: string;
  updateDate?: string;
  tags: { key: string; value: string }[];
}

const JSON_TYPE = { "content-type": "application/json" };
const MOST = 1000;
const FLOWS = "io.kestra.plugin.core.dashboard.data.Flows";
const EXECUTIONS = "io.kestra.plugin.core.dashboard.data.Executions";

/** Every namespace that has anything in it, by name. */
export const namespaceNames = queryOptions({
  queryKey: ["namespaces", "names"],
  queryFn: async ({ signal }) => {
    const found = await requestJson<Page<{ id: string }>>(`/namespaces/search${query({ size: MOST })}`, { signal });
    return found.results.map(({ id }) => id);
  },
});

export interface NamespaceFigures {
  flows: number;
  /** Of the last 24 hours. */
  runs: number;
  failed: number;
}

/** What the flows of each namespace do, without what is below it. */
export const namespaceFigures = queryOptions({
  queryKey: ["namespaces", "figures"],
  retry: false,
  queryFn: async ({ signal }) => {
    const figures = new Map<string, NamespaceFigures>();
    const of = (row: ChartRow): NamespaceFigures => {
      const found = figures.get(String(row.namespace)) ?? { flows: 0, runs: 0, failed: 0 };
      figures.set(String(row.namespace), found);
      return found;
    };
    const [flows, runs] = await Promise.all([
      counted(FLOWS, "namespace: { field: NAMESPACE }", signal),
      counted(EXECUTIONS, "namespace: { field: NAMESPACE }, state: { field: STATE }", signal),
    ]);
    for (const row of flows) of(row).flows += Number(row.count);
    for (const row of runs) {
      of(row).runs += Number(row.count);
      if (row.state === "FAILED") of(row).failed += Number(row.count);
    }
    return figures;
  },
});

async function counted(dataset: string, groups: string, signal: AbortSignal): Promise<ChartRow[]> {
  const chart = `id: counted
type: io.kestra.plugin.core.dashboard.chart.Table
chartOptions: { displayName: Counted }
data:
  type: ${dataset}
  columns: { ${groups}, count: { agg: COUNT } }
`;
  const day = [{ field: "timeRange", operation: "EQUALS", value: "PT24H" }];
  const globalFilter = { pageSize: MOST, ...(dataset !== FLOWS && { filters: day }) };
  const body = JSON.stringify({ chart, globalFilter });
  const path = "/dashboards/charts/preview";
  return (await requestJson<ChartData>(path, { method: "POST", body, headers: JSON_TYPE, signal })).results;
}

export function namespaceOf(id: string) {
  return queryOptions({
    queryKey: ["namespaces", "one", id],
    queryFn: ({ signal }) => requestJson<Namespace>(`/namespaces/${id}`, { signal }),
  });
}

export function inheritedVariables(id: string) {
  return queryOptions({
    queryKey: ["namespaces", "variables", id],
    queryFn: ({ signal }) => requestJson<JsonObject>(`/namespaces/${id}/inherited-variables`, { signal }),
  });
}

export function inheritedDefaults(id: string) {
  return queryOptions({
    queryKey: ["namespaces", "defaults", id],
    queryFn: ({ signal }) => requestJson<PluginDefault[]>(`/namespaces/${id}/inherited-plugindefaults`, { signal }),
  });
}

/** Sets what a namespace has of its own, in place of what was set. */
export function saveNamespace(namespace: Namespace): Promise<Namespace> {
  const { id, description, variables, pluginDefaults } = namespace;
  const body = JSON.stringify({
    id,
    ...(description && { description }),
    ...(variables && { variables }),
    ...(pluginDefaults && { pluginDefaults }),
  });
  return requestJson(`/namespaces/${id}`, { method: "PUT", body, headers: JSON_TYPE });
}

export function secretsOf(namespace: string) {
  return queryOptions({
    queryKey: ["secrets", namespace],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      requestJson<Page<SecretMeta> & { readOnly: boolean }>(
        `/namespaces/${namespace}/secrets${query({ size: MOST })}`,
        {
          signal,
        },
      ),
  });
}

/** Names of the secrets that flows of a namespace can read, by where they are stored. */
export function inheritedSecrets(namespace: string) {
  return queryOptions({
    queryKey: ["secrets", namespace, "inherited"],
    queryFn: ({ signal }) =>
      requestJson<Record<string, string[]>>(`/namespaces/${namespace}/inherited-secrets`, { signal }),
  });
}

export async function saveSecret(namespace: string, secret: { key: string; value: string; description?: string }) {
  await request(`/namespaces/${namespace}/secrets`, {
    method: "PUT",
    body: JSON.stringify(secret),
    headers: JSON_TYPE,
  });
}

export async function deleteSecret(namespace: string, key: string): Promise<void> {
  await request(`/namespaces/${namespace}/secrets/${key}`, { method: "DELETE" });
}
