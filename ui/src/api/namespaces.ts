import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
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

/** Every namespace that has anything in it, by name. */
export const namespaceNames = queryOptions({
  queryKey: ["namespaces", "names"],
  queryFn: async ({ signal }) => {
    const found = await requestJson<Page<{ id: string }>>(`/namespaces/search${query({ size: MOST })}`, { signal });
    return found.results.map(({ id }) => id);
  },
});

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
