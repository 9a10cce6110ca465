import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import type { FlowGraph, Page } from "./types";

export interface Blueprint {
  id: string;
  title: string;
  description: string;
  includedTasks: string[];
  tags: string[];
}

const ROOT = "/blueprints/community/flow";
const MOST = 200;

export function blueprints(text: string | undefined, tag: string | undefined) {
  const filters = { "filters[q][EQUALS]": text, "filters[tags][IN]": tag };
  return queryOptions({
    queryKey: ["blueprints", "list", text, tag],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => requestJson<Page<Blueprint>>(`${ROOT}${query({ size: MOST, ...filters })}`, { signal }),
  });
}

export const blueprintTags = queryOptions({
  queryKey: ["blueprints", "tags"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => requestJson<{ id: string; name: string }[]>(`${ROOT}/tags`, { signal }),
});

export function blueprint(id: string) {
  return queryOptions({
    queryKey: ["blueprints", "one", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      requestJson<Blueprint & { source: string }>(`${ROOT}/${encodeURIComponent(id)}`, { signal }),
  });
}

export function blueprintGraph(id: string) {
  return queryOptions({
    queryKey: ["blueprints", "graph", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => requestJson<FlowGraph>(`${ROOT}/${encodeURIComponent(id)}/graph`, { signal }),
  });
}
