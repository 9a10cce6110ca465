import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from "@codemirror/autocomplete";
import type { FunctionFacts } from "../../../api/naming";
import type { Schema } from "../../../api/plugins";
import { either } from "../../../i18n/lists";
import { t } from "../../../i18n/text";
import { parseData } from "../../../source/document";
import { type Data, isMap } from "../../../source/intents";
import { type TaskPlace, taskAt } from "../../../source/tasks";
import { namespaceOf } from "../namespace";
import type { Knowledge } from "./knowledge";

/** What expressions can begin with, and what each of these holds where that is the same for every flow. */
const ROOTS: Record<string, string[]> = {
  outputs: [],
  inputs: [],
  vars: [],
  labels: [],
  trigger: [],
  envs: [],
  globals: [],
  flow: ["id", "namespace", "revision", "tenantId"],
  execution: ["id", "startDate", "originalId", "state", "outputs"],
  task: ["id", "type"],
  taskrun: ["id", "startDate", "value", "iteration", "attemptsCount", "parentId"],
  parent: ["taskrun", "outputs"],
  parents: [],
  error: ["taskId", "message", "stackTrace"],
  kestra: ["environment", "url"],
};

/** Completes what is written behind `{{`: names, functions with their arguments, filters, keys and secrets. */
export async function completeExpression(
  context: CompletionContext,
  text: string,
  written: string,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
): Promise<CompletionResult | null> {
  const argument = /\b(secret|kv|read|fileURI)\(\s*(?:\w+\s*=\s*)?(['"])([^'"]*)$/.exec(written);
  if (argument) return named(context, argument[3] ?? "", await argumentsOf(argument[1] ?? "", text, knowledge));
  if (/(['"])(?:(?!\1).)*$/.test(written.replace(/(['"])(?:(?!\1).)*\1/g, ""))) return null;
  const filter = /\|\s*(\w*)$/.exec(written);
  if (filter)
    return named(
      context,
      filter[1] ?? "",
      (await knowledge.filters()).map((label) => ({ label })),
    );
  const path = /[\w$]+(?:\.[\w$-]*|\[[^\]]*\])*$/.exec(written)?.[0] ?? "";
  const steps = path.replace(/\[(['"]?)([^\]'"]*)\1\]/g, ".$2").split(".");
  const word = steps.pop() ?? "";
  if (steps.length === 0) return named(context, word, await beginnings(knowledge));
  return named(context, word, await within(steps, context.pos, text, knowledge, tasks));
}

/** How a function is called, such as `kv(key, namespace, errorOnMissing)`. */
export function signatureOf({ name, arguments: given }: FunctionFacts): string {
  return `${name}(${given.join(", ")})`;
}

async function beginnings(knowledge: Knowledge): Promise<Completion[]> {
  const functions = (await knowledge.functions()).map((one) =>
    snippetCompletion(`${one.name}(${one.arguments.length > 0 ? `\${${one.arguments[0]}}` : ""})`, {
      label: one.name,
      detail: `(${one.arguments.join(", ")})`,
      type: "function",
    }),
  );
  return [...Object.keys(ROOTS).map((label) => ({ label, boost: 20, detail: t("variable") })), ...functions];
}

async function argumentsOf(name: string, text: string, knowledge: Knowledge): Promise<Completion[]> {
  const namespace = namespaceOf(text);
  const found =
    name === "secret" ? await knowledge.secrets(namespace) : name === "kv" ? await knowledge.keys(namespace) : [];
  return found.map((label) => ({ label, detail: namespace }));
}

async function within(
  steps: readonly string[],
  offset: number,
  text: string,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
): Promise<Completion[]> {
  const [root = "", ...rest] = steps;
  if (root === "outputs") return outputs(rest, offset, knowledge, tasks);
  if (root === "trigger") return triggers(rest, knowledge, tasks);
  const data = parseData(text);
  const flow = isMap(data) ? data : {};
  if (root === "inputs") return rest.length === 0 ? inputsOf(flow.inputs) : [];
  if (root === "vars") return keysIn(flow.variables, rest);
  if (root === "labels") return rest.length === 0 ? labelsOf(flow.labels) : [];
  return rest.length === 0 ? (ROOTS[root] ?? []).map((label) => ({ label })) : [];
}

/** Tasks that stand before the place, and then what each gives. */
async function outputs(
  rest: readonly string[],
  offset: number,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
): Promise<Completion[]> {
  const [id, ...names] = rest;
  const here = taskAt(tasks, offset);
  if (id === undefined) {
    const earlier = tasks.filter(({ list, from }) => list[0] !== "triggers" && from < offset);
    return earlier.filter((one) => one !== here).map((one) => ({ label: one.id, detail: one.type }));
  }
  const type = tasks.find((one) => one.id === id)?.type;
  return type === undefined ? [] : propertiesOf(await knowledge.outputs(type), names);
}

async function triggers(
  rest: readonly string[],
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
): Promise<Completion[]> {
  const own = tasks.filter(({ list }) => list[0] === "triggers");
  const found = await Promise.all(own.map(async ({ type }) => propertiesOf(await knowledge.outputs(type), rest)));
  const byName = new Map(found.flat().map((one) => [one.label, one]));
  return [...byName.values()];
}

function propertiesOf(schema: Schema | null, path: readonly string[]): Completion[] {
  let at: Schema | undefined = schema ?? undefined;
  for (const step of path) at = at?.properties?.[step];
  return Object.entries(at?.properties ?? {}).map(([label, property]) => ({
    label,
    detail: Array.isArray(property.type) ? either(property.type) : (property.type ?? ""),
    ...(property.description && { info: property.description }),
  }));
}

function inputsOf(inputs: Data | undefined): Completion[] {
  if (!Array.isArray(inputs)) return [];
  return inputs.flatMap((one) => (isMap(one) ? [{ label: String(one.id), detail: String(one.type) }] : []));
}

function labelsOf(labels: Data | undefined): Completion[] {
  if (Array.isArray(labels)) return labels.flatMap((one) => (isMap(one) ? [{ label: String(one.key) }] : []));
  return keysIn(labels, []);
}

function keysIn(data: Data | undefined, path: readonly string[]): Completion[] {
  let at: Data | undefined = data;
  for (const step of path) at = isMap(at) ? at[step] : undefined;
  return isMap(at) ? Object.keys(at).map((label) => ({ label })) : [];
}

function named(context: CompletionContext, word: string, options: Completion[]): CompletionResult | null {
  return options.length === 0 ? null : { from: context.pos - word.length, options, validFor: /^[\w$-]*$/ };
}
