/** What a task is tried with: asked for by its expressions, filled from a run where there is one. */

import type { Execution, FlowInput, Json, JsonObject } from "../../../api/types";
import { parseData } from "../../../source/document";
import { needsOf, type Tree } from "../../../source/needs";

export interface Asked {
  /** Inputs of the flow that the task looks at; files cannot be given here. */
  inputs: FlowInput[];
  /** What else it looks at, to be filled in. */
  variables: JsonObject;
}

/** Tells what to ask for before a task is tried. */
export function askedFor(source: string, from: number, to: number, run: Execution | undefined): Asked {
  const { inputs, variables } = needsOf(source.slice(from, to));
  return {
    inputs: declared(source).filter(({ id, type }) => type !== "FILE" && inputs.includes(id)),
    variables: Object.fromEntries(
      Object.entries(variables).map(([root, tree]) => [root, filled(tree, run ? rootOf(run, root) : undefined)]),
    ),
  };
}

/** A map of JSON that was typed; null when it is none. */
export function readMap(text: string): JsonObject | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

function declared(source: string): FlowInput[] {
  const data = parseData(source);
  const inputs = isObject(data as Json) ? (data as JsonObject).inputs : undefined;
  return Array.isArray(inputs) ? (inputs.filter((one) => isObject(one) && "id" in one) as unknown as FlowInput[]) : [];
}

function rootOf(run: Execution, root: string): Json | undefined {
  if (root === "trigger") return run.trigger?.variables;
  if (root !== "outputs") return undefined;
  return Object.fromEntries((run.taskRunList ?? []).map((one) => [one.taskId, one.outputs ?? {}]));
}

/** A map as deep as it is looked into, with the values of a former run where it has them. */
function filled(tree: Tree | "", known: Json | undefined): Json {
  if (tree === "") return known ?? "";
  const inner = isObject(known) ? known : {};
  return Object.fromEntries(Object.entries(tree).map(([name, below]) => [name, filled(below, inner[name])]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
