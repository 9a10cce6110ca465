import { stringify } from "yaml";
import type { Schema } from "../../api/plugins";
import type { Json, JsonObject } from "../../api/types";

/** What a property is given when its name says more than its type. */
const KNOWN: Record<string, Json> = {
  cron: "0 9 * * *",
  uri: "https://example.org/orders.csv",
  url: "https://example.org/orders.csv",
  message: "Hello",
  namespace: "company.team",
  flowId: "another_flow",
  script: "print('Hello')\n",
  sql: "SELECT 1",
  from: "{{ inputs.file }}",
  condition: "{{ inputs.go }}",
  expression: "{{ inputs.go }}",
  key: "orders",
  values: ["one", "two"],
};
const DEEPEST = 3;

/** What the documentation shows of a use, and the documentation without it. */
export function partsOf(markdown: string): { example: string | undefined; text: string } {
  const found = /^## Example\n+```yaml\n([\s\S]*?\n)```\n*/m.exec(markdown);
  return { example: found?.[1], text: found ? markdown.replace(found[0], "") : markdown };
}

/**
 * A whole flow with a task or trigger of a type, used as its documentation shows it, or else told what it must be told.
 */
export function exampleOf(type: string, schema: Schema, isTrigger: boolean, shown?: string): string {
  if (shown) {
    const own = `${shown.startsWith("id:") ? "" : `id: ${isTrigger ? "start" : nameOf(type)}\n`}${shown.trimEnd()}`;
    const item = `  - ${own.replaceAll("\n", "\n    ").replaceAll(/[ \t]+$/gm, "")}\n`;
    const tasks = isTrigger ? "  - id: hello\n    type: io.kestra.plugin.core.log.Log\n    message: Hello\n" : item;
    return `id: example\nnamespace: company.team\n\ntasks:\n${tasks}${isTrigger ? `\ntriggers:\n${item}` : ""}`;
  }
  const own: JsonObject = { id: isTrigger ? "start" : nameOf(type), type, ...requiredOf(schema, 0) };
  const hello = { id: "hello", type: "io.kestra.plugin.core.log.Log", message: "Hello" };
  const flow = isTrigger
    ? { id: "example", namespace: "company.team", tasks: [hello], triggers: [own] }
    : { id: "example", namespace: "company.team", tasks: [own] };
  return stringify(flow, { lineWidth: 0 });
}

function requiredOf(schema: Schema, depth: number): JsonObject {
  const entries = (schema.required ?? [])
    .filter((name) => name !== "id" && name !== "type")
    .map((name): [string, Json] => [name, valueFor(name, schema.properties?.[name] ?? {}, depth)]);
  return Object.fromEntries(entries);
}

function valueFor(name: string, schema: Schema, depth: number): Json {
  if (name === "tasks" || name === "task") return tasksFor(name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  const known = KNOWN[name];
  if (known !== undefined && fits(known, schema)) return known;
  const inner = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (inner && depth < DEEPEST) return valueFor(name, inner, depth + 1);
  switch ([schema.type].flat()[0]) {
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    case "array":
      return depth < DEEPEST ? [valueFor(name.replace(/s$/, ""), schema.items ?? {}, depth + 1)] : [];
    case "object":
      return depth < DEEPEST ? requiredOf(schema, depth + 1) : {};
    default:
      return schema.format === "duration" ? "PT5M" : "text";
  }
}

function fits(value: Json, schema: Schema): boolean {
  const types = [schema.type].flat();
  const own = Array.isArray(value) ? "array" : typeof value;
  return types[0] === undefined || types.includes(own);
}

function tasksFor(name: string): Json {
  const task = { id: "inner", type: "io.kestra.plugin.core.log.Log", message: "Hello" };
  return name === "tasks" ? [task] : task;
}

function nameOf(type: string): string {
  const last = type.split(".").at(-1) ?? "task";
  return last.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
}
