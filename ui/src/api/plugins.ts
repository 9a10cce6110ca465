import { queryOptions } from "@tanstack/react-query";
import { requestJson } from "./client";
import type { Json } from "./types";

export interface TypeFacts {
  cls: string;
  title?: string;
  deprecated?: boolean;
}

export interface Plugin {
  name: string;
  title: string;
  group: string;
  tasks?: TypeFacts[];
  triggers?: TypeFacts[];
}

/** What an editor reads of a JSON Schema; the rest is the server's to check. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: Json[];
  const?: Json;
  default?: Json;
  format?: string;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  deprecated?: boolean;
  $ref?: string;
  additionalProperties?: boolean | Schema;
}

export interface Documentation {
  markdown: string;
  schema: { properties: Schema; outputs?: Schema };
}

export const plugins = queryOptions({
  queryKey: ["plugins"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => {
    const { results } = await requestJson<{ results: Plugin[] }>("/api/v1/plugins", { signal });
    return results.map((one) => ({ ...one, tasks: one.tasks?.filter(isWritten) ?? [] }));
  },
});

/** What the server itself puts in the place of a task, such as the steps of a ForEachItem, nobody writes. */
function isWritten({ cls }: TypeFacts): boolean {
  return !cls.includes("$");
}

export function documentation(type: string) {
  return queryOptions({
    queryKey: ["plugins", type],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: ({ signal }) => requestJson<Documentation>(`/api/v1/plugins/${encodeURIComponent(type)}`, { signal }),
  });
}

/** The JSON Schema of a flow, with every type of task and trigger among its definitions. */
export const flowSchema = queryOptions({
  queryKey: ["plugins", "schema", "flow"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) =>
    requestJson<Schema & { definitions?: Record<string, Schema> }>("/api/v1/plugins/schemas/flow", { signal }),
});
