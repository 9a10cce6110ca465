import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { namespaces } from "../../../api/flows";
import { type FunctionFacts, filters, flowsOf, functions, keysOf, secretsOf } from "../../../api/naming";
import { documentation, flowSchema, plugins, type Schema } from "../../../api/plugins";
import type { TypeShape } from "../../../reading/checks";
import { shapeOf } from "../shapes";
import type { FlowSchema } from "./schemas";

/** What the server knows that a text can name; asked when it is needed, and empty when the server does not answer. */
export interface Knowledge {
  types: () => Promise<{ name: string; title: string }[]>;
  flowSchema: () => Promise<FlowSchema>;
  outputs: (type: string) => Promise<Schema | null>;
  /** What a type asks of its properties; null for one that is not listed, such as one half written. */
  shape: (type: string) => Promise<TypeShape | null>;
  functions: () => Promise<FunctionFacts[]>;
  filters: () => Promise<string[]>;
  keys: (namespace: string) => Promise<string[]>;
  secrets: (namespace: string) => Promise<string[]>;
  namespaces: () => Promise<string[]>;
  flows: (namespace: string) => Promise<string[]>;
}

export function useKnowledge(): Knowledge {
  const client = useQueryClient();
  return useMemo(() => knowledgeOf(client), [client]);
}

function knowledgeOf(client: QueryClient): Knowledge {
  const listed = async () => {
    const found = await client.ensureQueryData(plugins).catch(() => []);
    return found.flatMap((plugin) => [...(plugin.tasks ?? []), ...(plugin.triggers ?? [])]);
  };
  return {
    types: async () => {
      const all = await listed();
      return all
        .filter(({ deprecated }) => !deprecated)
        .map(({ cls, title }) => ({ name: cls, title: (title ?? "").replaceAll("``", "") }));
    },
    flowSchema: () => client.ensureQueryData(flowSchema).catch(() => ({})),
    outputs: async (type) => {
      const found = await client.ensureQueryData(documentation(type)).catch(() => null);
      return found?.schema.outputs ?? null;
    },
    shape: async (type) => {
      if (!(await listed()).some(({ cls }) => cls === type)) return null;
      const found = await client.ensureQueryData(documentation(type)).catch(() => null);
      return found && shapeOf(found.schema.properties);
    },
    functions: () => client.ensureQueryData(functions).catch(() => []),
    filters: () => client.ensureQueryData(filters).catch(() => []),
    keys: (namespace) => client.fetchQuery(keysOf(namespace)).catch(() => []),
    secrets: (namespace) => client.fetchQuery(secretsOf(namespace)).catch(() => []),
    namespaces: () => client.ensureQueryData(namespaces).catch(() => []),
    flows: async (namespace) => (await client.fetchQuery(flowsOf(namespace)).catch(() => [])).map(({ id }) => id),
  };
}
