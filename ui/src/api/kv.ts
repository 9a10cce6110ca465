import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import type { Json, Page } from "./types";

export type KvType = "STRING" | "NUMBER" | "BOOLEAN" | "DATE" | "DATETIME" | "DURATION" | "JSON";
export const KV_TYPES: KvType[] = ["STRING", "NUMBER", "BOOLEAN", "DATE", "DATETIME", "DURATION", "JSON"];

export interface KvEntry {
  namespace: string;
  key: string;
  revision: number;
  updateDate: string;
  description?: string;
  expirationDate?: string;
}

export interface KvValue {
  type: KvType;
  value: Json;
  revision: number;
}

const MOST = 1000;

export function keysOf(namespace: string) {
  return queryOptions({
    queryKey: ["kv", namespace, "keys"],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const asked = query({ size: MOST, sort: "key:asc", "filters[namespace][EQUALS]": namespace });
      return (await requestJson<Page<KvEntry>>(`/kv${asked}`, { signal })).results;
    },
  });
}

export function inheritedKeys(namespace: string) {
  return queryOptions({
    queryKey: ["kv", namespace, "inherited"],
    queryFn: ({ signal }) => requestJson<KvEntry[]>(`/namespaces/${namespace}/kv/inheritance`, { signal }),
  });
}

/** The value of one revision of a key. */
export function keyValue({ namespace, key, revision }: Pick<KvEntry, "namespace" | "key" | "revision">) {
  return queryOptions({
    queryKey: ["kv", namespace, "value", key, revision],
    queryFn: ({ signal }) => requestJson<KvValue>(`/namespaces/${namespace}/kv/${key}`, { signal }),
  });
}

export interface KvChange {
  namespace: string;
  key: string;
  /** The body as the server reads it: JSON, or a bare date or duration. */
  text: string;
  ttl?: string;
  description?: string;
  /** What was read; absent for a new key. */
  revision?: number;
}

export async function saveKey({ namespace, key, text, ttl, description, revision }: KvChange): Promise<void> {
  const headers: Record<string, string> = { "content-type": "text/plain" };
  if (ttl) headers.ttl = ttl;
  if (description) headers.description = description;
  if (revision !== undefined) headers["if-match"] = `"${revision}"`;
  await request(`/namespaces/${namespace}/kv/${key}`, { method: "PUT", body: text, headers });
}

export async function deleteKey(namespace: string, key: string): Promise<void> {
  await request(`/namespaces/${namespace}/kv/${key}`, { method: "DELETE" });
}
