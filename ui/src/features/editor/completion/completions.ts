import type { Completion, CompletionContext, CompletionResult, CompletionSource } from "@codemirror/autocomplete";
import { either } from "../../../i18n/lists";
import { t } from "../../../i18n/text";
import { type Spot, spotAt } from "../../../source/cursor";
import type { TaskPlace } from "../../../source/tasks";
import { namespaceOf } from "../namespace";
import { completeExpression } from "./expressions";
import type { Knowledge } from "./knowledge";
import { choicesOf, shapesAt, valuesOf } from "./schemas";

/** The tasks as last found; a text is not parsed for each key. */
export type Tasks = () => readonly TaskPlace[];

const LISTED = /^\s*(?:- +)+[^\s:]*$/;

/** Completes types, properties and their values, flows and namespaces, and whatever stands between `{{ }}`. */
export function completionFor(knowledge: Knowledge, tasks: Tasks): CompletionSource {
  return async (context) => {
    const text = context.state.doc.toString();
    const open = text.lastIndexOf("{{", context.pos);
    const close = text.lastIndexOf("}}", context.pos - 1);
    if (open >= 0 && open + 2 <= context.pos && open > close) {
      return completeExpression(context, text, text.slice(open + 2, context.pos), knowledge, tasks());
    }
    const spot = spotAt(text, context.pos);
    if (spot.isInText) return null;
    if (spot.key === undefined && spot.word === "" && !context.explicit) return null;
    const found = await optionsAt(context, text, spot, knowledge, tasks());
    if (found.length === 0) return null;
    return { from: context.pos - spot.word.length, options: found, validFor: /^[\w.$/-]*$/ };
  };
}

async function optionsAt(
  context: CompletionContext,
  text: string,
  spot: Spot,
  knowledge: Knowledge,
  tasks: readonly TaskPlace[],
): Promise<CompletionResult["options"]> {
  const schema = await knowledge.flowSchema();
  const shapes = shapesAt(schema, spot, tasks, context.pos);
  if (spot.key !== undefined) {
    if (spot.key === "type") {
      const known = new Map((await knowledge.types()).map(({ name, title }) => [name, title]));
      const types = choicesOf(valuesOf(schema, shapes, "type"));
      const offered = types.filter((type) => known.has(type) || !type.includes("."));
      return offered.map((label) => ({ label, detail: known.get(label) ?? "" }));
    }
    const named = await namesFor(text, spot, knowledge);
    return named ?? choicesOf(valuesOf(schema, shapes, spot.key)).map((label) => ({ label }));
  }
  const line = context.state.doc.lineAt(context.pos);
  const isListed = LISTED.test(line.text.slice(0, context.pos - line.from));
  if (isListed && spot.keys.at(-1) === "dependsOn") return tasks.map(({ id, type }) => ({ label: id, detail: type }));
  const values: Completion[] = isListed ? choicesOf(shapes).map((label) => ({ label })) : [];
  return [...values, ...properties(shapes, spot)];
}

function properties(shapes: readonly { properties?: object }[], spot: Spot): Completion[] {
  const found = new Map<string, Completion>();
  for (const shape of shapes as Parameters<typeof choicesOf>[0]) {
    for (const [label, property] of Object.entries(shape.properties ?? {})) {
      if (spot.siblings.has(label) || label.startsWith("$") || property.deprecated || found.has(label)) continue;
      const isRequired = shape.required?.includes(label) ?? false;
      found.set(label, {
        label,
        apply: property.type === "object" || property.type === "array" ? `${label}:` : `${label}: `,
        detail: isRequired ? t("required") : wordOf(property.type),
        boost: isRequired ? 10 : 0,
        ...(property.description && { info: property.description }),
      });
    }
  }
  return [...found.values()];
}

/** Namespaces, and the flows of the one that is written beside. */
async function namesFor(text: string, spot: Spot, knowledge: Knowledge): Promise<Completion[] | null> {
  if (spot.key === "namespace") return (await knowledge.namespaces()).map((label) => ({ label }));
  if (spot.key !== "flowId") return null;
  const namespace = spot.siblings.get("namespace");
  const own = namespace && !namespace.includes("{{") ? namespace : namespaceOf(text);
  return (await knowledge.flows(own)).map((label) => ({ label, detail: own }));
}

function wordOf(type: string | string[] | undefined): string {
  return Array.isArray(type) ? either(type) : (type ?? "");
}
