import { queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";

export interface Dependencies {
  nodes: { uid: string; namespace: string; id: string }[];
  edges: { source: string; target: string; relation: string }[];
}

/** Which flows lead to a flow and from it; with `isFar` also those that lead to these. */
export function flowDependencies(namespace: string, id: string, isFar: boolean) {
  return queryOptions({
    queryKey: ["dependencies", namespace, id, isFar],
    queryFn: ({ signal }) =>
      requestJson<Dependencies>(`/flows/${namespace}/${id}/dependencies${query({ expandAll: isFar })}`, { signal }),
  });
}

/** Which flows lead to the flows of a namespace and from them. */
export function namespaceDependencies(namespace: string) {
  return queryOptions({
    queryKey: ["dependencies", namespace],
    queryFn: ({ signal }) => requestJson<Dependencies>(`/namespaces/${namespace}/dependencies`, { signal }),
  });
}
