import { LineCounter, parseDocument, stringify } from "yaml";
import type { PluginDefault } from "../../api/namespaces";
import type { JsonObject } from "../../api/types";
import { t } from "../../i18n/text";

const EXAMPLE = "io.kestra.plugin.core.log.Log";

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
  return { problems: [{ line: 1, detail: t("Variables are a map, such as bucket: orders") }] };
}

/** Reads plugin defaults as they are written: a list of maps with a type and values. */
export function readDefaults(text: string): { value: PluginDefault[] } | { problems: Problem[] } {
  const found = read(text);
  if ("problems" in found) return found;
  const value = found.value ?? [];
  if (!Array.isArray(value))
    return { problems: [{ line: 1, detail: t("Plugin defaults are a list, each with a type and values") }] };
  const problems = value.flatMap((one: unknown, index): Problem[] => {
    const entry = one as Partial<PluginDefault> | null;
    if (typeof entry !== "object" || entry === null || typeof entry.type !== "string")
      return [{ detail: t("Entry {number} has no type, such as {type}", { number: index + 1, type: EXAMPLE }) }];
    if (typeof entry.values !== "object" || entry.values === null)
      return [{ detail: t("Entry {number}, {type}, has no map of values", { number: index + 1, type: entry.type }) }];
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
