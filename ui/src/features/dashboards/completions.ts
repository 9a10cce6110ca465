import type { CompletionSource } from "@codemirror/autocomplete";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { dashboardSchema, type Schema } from "../../api/dashboards";

/** Completes types, fields and words at the key they belong to, and keys everywhere else. */
export function useCompletions(): CompletionSource {
  const schema = useQuery(dashboardSchema).data;
  return useMemo(() => completionsOf(schema), [schema]);
}

function completionsOf(schema: Schema | undefined): CompletionSource {
  if (!schema) return () => null;
  const words = new Map<string, Set<string>>();
  const types = Object.keys(schema.definitions ?? {}).filter((name) => name.includes("."));
  collect(schema, words);
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const value = /(?:^|[\s{,-])(\w+): *([\w.]*)$/.exec(before);
    if (value) {
      const [, key = "", begun = ""] = value;
      const options = key === "type" ? [...types, ...(words.get(key) ?? [])] : [...(words.get(key) ?? [])];
      return { from: context.pos - begun.length, options: options.map((label) => ({ label })), validFor: /^[\w.]*$/ };
    }
    const key = /(?:^|[\s{,-])(\w*)$/.exec(before);
    if (!key || (!context.explicit && !key[1])) return null;
    const options = [...words.keys()].map((label) => ({ label, apply: `${label}: ` }));
    return { from: context.pos - (key[1] ?? "").length, options, validFor: /^\w*$/ };
  };
}

/** Each key of the schema with the words its value may be. */
function collect(schema: Schema, words: Map<string, Set<string>>): void {
  for (const [key, inner] of Object.entries(schema.properties ?? {})) {
    const known = words.get(key) ?? new Set<string>();
    words.set(key, known);
    for (const one of [inner, ...(inner.anyOf ?? [])]) for (const word of one.enum ?? []) known.add(String(word));
    collect(inner, words);
  }
  const more = [schema.items, ...(schema.anyOf ?? []), ...Object.values(schema.definitions ?? {})];
  if (typeof schema.additionalProperties === "object") more.push(schema.additionalProperties);
  for (const inner of more) if (inner) collect(inner, words);
}
