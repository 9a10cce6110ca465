import { queryOptions } from "@tanstack/react-query";
import { requestJson } from "./client";
import type { Flow } from "./types";

/** One saved state of a flow, and how it came to be. */
export interface Revision extends Flow {
  source: string;
  updated: string;
  author?: string;
  origin?: "ui" | "cli" | "api" | "system" | "git";
}

/** Every revision of a flow, the newest first. */
export function revisions(namespace: string, id: string) {
  return queryOptions({
    queryKey: ["flows", "revisions", namespace, id],
    queryFn: async ({ signal }) =>
      (await requestJson<Revision[]>(`/flows/${namespace}/${id}/revisions`, { signal })).toReversed(),
  });
}
