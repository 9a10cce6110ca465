import type { CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import type { Schema } from "../../api/plugins";
import { parseData } from "../../source/document";
import { isMap } from "../../source/intents";
import { type TaskPlace, taskAt } from "../../source/tasks";

export interface Knowledge {
  types: () => Promise<{ name: string; title: string }[]>;
  properties: (type: string) => Promise<Schema | null>;
}

/** The tasks as last found; a text is not parsed for each key. */
export type Tasks = () => readonly TaskPlace[];

const ROOTS = [
  "outputs",
  "inputs",
  "vars",
  "flow",
  "execution",
  "trigger",
  "taskrun",
  "task",
  "labels",
  "parent",
  "error",
];
const FLOW_KEYS = [
  "id",
  "namespace",
  "description",
  "labels",
  "inputs",
  "outputs",
  "variables",
  "tasks",
  "errors",
  "finally",
  "afterExecution",
  "triggers",
  "concurrency",
  "retry",
  "pluginDefaults",
  "disabled",
  "sla",
  "checks",
];

/** Completes types, properties of the task's type and their values, and names inside of `{{ }}`. */
export function completionFor(knowledge: Knowledge, tasks: Tasks): CompletionSource {
  return async (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const expression = /\{\{[^}]*$/.exec(before);
    if (expression) return inExpression(context, tasks());
    const type = /^\s*(?:- )?type:\s*(\S*)$/.exec(before);
    if (type) {
      const types = await knowledge.types();
      return result(
        context,
        type[1] ?? "",
        types.map(({ name, title }) => ({ label: name, detail: title })),
      );
    }
    const key = /^\s*(?:- )?([\w-]*)$/.exec(before);
    if (key && (key[1] || context.explicit)) return inKey(context, knowledge, tasks(), key[1] ?? "", before);
    const value = /^\s*(?:- )?([\w-]+):\s*(\S*)$/.exec(before);
    if (value) return inValue(context, knowledge, tasks(), value[1] ?? "", value[2] ?? "");
    return null;
  };
}

async function inKey(
  context: CompletionContext,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
  word: string,
  before: string,
): Promise<CompletionResult | null> {
  if (before.trim() === word && before.length === word.length) {
    return result(
      context,
      word,
      FLOW_KEYS.map((label) => ({ label, apply: `${label}: ` })),
    );
  }
  const schema = await schemaAt(context, knowledge, tasks);
  const options = Object.entries(schema?.properties ?? {}).map(([label, property]) => ({
    label,
    apply: `${label}: `,
    detail: schema?.required?.includes(label) ? "required" : "",
    info: property.description ?? "",
  }));
  return options.length > 0 ? result(context, word, options) : null;
}

async function inValue(
  context: CompletionContext,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
  key: string,
  word: string,
): Promise<CompletionResult | null> {
  const property = (await schemaAt(context, knowledge, tasks))?.properties?.[key];
  const values = property?.enum ?? (property?.type === "boolean" ? [true, false] : []);
  return values.length > 0
    ? result(
        context,
        word,
        values.map((value) => ({ label: String(value) })),
      )
    : null;
}

async function schemaAt(
  context: CompletionContext,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
): Promise<Schema | null> {
  const place = taskAt(tasks, context.pos);
  return place ? knowledge.properties(place.type) : null;
}

function inExpression(context: CompletionContext, tasks: readonly TaskPlace[]): CompletionResult | null {
  const path = context.matchBefore(/[\w.-]*/);
  const written = path?.text ?? "";
  const [root, ...rest] = written.split(".");
  if (rest.length === 0)
    return result(
      context,
      root ?? "",
      ROOTS.map((label) => ({ label })),
    );
  if (rest.length > 1) return null;
  const word = rest[0] ?? "";
  if (root === "outputs")
    return result(
      context,
      word,
      tasks.map(({ id, type }) => ({ label: id, detail: type })),
    );
  if (root !== "inputs" && root !== "vars") return null;
  const data = parseData(context.state.doc.toString());
  if (root === "inputs" && isMap(data) && Array.isArray(data.inputs)) {
    const inputs = data.inputs.flatMap((input) =>
      isMap(input) ? [{ label: String(input.id), detail: String(input.type) }] : [],
    );
    return result(context, word, inputs);
  }
  if (root === "vars" && isMap(data) && isMap(data.variables)) {
    return result(
      context,
      word,
      Object.keys(data.variables).map((label) => ({ label })),
    );
  }
  return null;
}

function result(context: CompletionContext, word: string, options: CompletionResult["options"]): CompletionResult {
  return { from: context.pos - word.length, options: [...options], validFor: /^[\w.-]*$/ };
}
