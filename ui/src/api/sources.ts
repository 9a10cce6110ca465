import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import type { FlowKey } from "./flowBulk";
import type { Flow, Page } from "./types";

export interface Wanted {
  query: string;
  caseSensitive: boolean;
  wholeWord: boolean;
  regex: boolean;
  namespace?: string;
}

export interface Found {
  namespace: string;
  id: string;
  matches: { line: number; column: number; content: string }[];
}

export interface Change {
  namespace: string;
  id: string;
  matches: { line: number; before: string; after: string }[];
}

export interface Applied {
  updated: Flow[];
  skipped: { namespace: string; id: string; reason: string; message?: string }[];
}

const JSON_TYPE = { "content-type": "application/json" };
const SIZE = 100;

/** Flows whose text holds something, with the lines that do. */
export function matchesOf(wanted: Wanted) {
  return queryOptions({
    queryKey: ["flows", "source", wanted],
    enabled: wanted.query !== "",
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => {
      const { query: q, ...rest } = wanted;
      return requestJson<Page<Found>>(`/flows/source${query({ q, ...rest, size: SIZE })}`, { signal });
    },
  });
}

export function previewChange(wanted: Wanted, replacement: string) {
  return queryOptions({
    queryKey: ["flows", "source", "preview", wanted, replacement],
    enabled: wanted.query !== "",
    retry: false,
    queryFn: ({ signal }) =>
      requestJson<{ totalMatches: number; totalFlows: number; flows: Change[] }>("/flows/source/replace/preview", {
        method: "POST",
        body: JSON.stringify({ ...wanted, replacement }),
        headers: JSON_TYPE,
        signal,
      }),
  });
}

/** Replaces in the flows named, each a new revision. */
export function applyChange(wanted: Wanted, replacement: string, flows: FlowKey[]): Promise<Applied> {
  const body = JSON.stringify({ ...wanted, replacement, flows });
  return requestJson("/flows/source/replace/apply", { method: "POST", body, headers: JSON_TYPE });
}
