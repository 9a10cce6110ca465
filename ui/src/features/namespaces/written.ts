import { LineCounter, parseDocument, stringify } from "yaml";
import type { PluginDefault } from "../../api/namespaces";
import type { JsonObject } from "../../api/types";

export interface Problem {
  line?: number;
  detail: string;
}

export function variablesText(variables: JsonObject | undefined): string {
  return variables && Object.keys(variables).length > 0 ? stringify(variables) : "";
}

export function defaultsText(defaults: readonly PluginDefault[] | undefined): string {
  if (!defaults || defaults.length === 0) return "";
  return stringify(defaults.map(({ type, forced, values }) => ({ type, ...(forced && { forced }), values })));
}

/** Reads variables as they are written: a map, or nothing. */
export function readVariables(text: string): { value: JsonObject } | { problems: Problem[] } {
  const found = read(text);
  if ("problems" in found) return found;
  const value = found.value ?? {};
  if (typeof value === "object" && !Array.isArray(value)) return { value: value as JsonObject };
  return { problems: [{ line: 1, detail: "Variables are a map, such as bucket: orders" }] };
}

/** Reads plugin defaults as they are written: a list of maps with a type and values. */
export function readDefaults(text: string): { value: PluginDefault[] } | { problems: Problem[] } {
  const found = read(text);
  if ("problems" in found) return found;
  const value = found.value ?? [];
  if (!Array.isArray(value))
    return { problems: [{ line: 1, detail: "Plugin defaults are a list, each with a type and values" }] };
  const problems = value.flatMap((one: unknown, index): Problem[] => {
    const entry = one as Partial<PluginDefault> | null;
    if (typeof entry !== "object" || entry === null || typeof entry.type !== "string")
      return [{ detail: `Entry ${index + 1} has no type, such as io.kestra.plugin.core.log.Log` }];
    if (typeof entry.values !== "object" || entry.values === null)
      return [{ detail: `Entry ${index + 1}, ${entry.type}, has no map of values` }];
    return [];
  });
  return problems.length > 0 ? { problems } : { value: value as PluginDefault[] };
}

function read(text: string): { value: unknown } | { problems: Problem[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length === 0) return { value: document.toJS() as unknown };
  const problems = document.errors.map(({ pos, message }) => ({
    line: counter.linePos(pos[0]).line,
    detail: message.split("\n")[0] ?? message,
  }));
  return { problems };
}
