/**
 * What is wrong with a flow as far as its text and the shapes of its types tell, in the words of the server: it is
 * shown until the server has looked at the same text, whose word then counts alone.
 */

import { isMap as isMapNode, isPair, isScalar, type Node, type Pair } from "yaml";
import type { Issue } from "../api/types";
import { find, type Source } from "../source/document";
import { type Data, isMap, type Path, show, valueAt } from "../source/intents";
import type { TaskPlace } from "../source/tasks";

/** What a type of task or trigger asks of its properties. */
export interface TypeShape {
  properties: readonly string[];
  required: readonly string[];
  /** What the value of a property must be one of, unless it is an expression. */
  choices: Record<string, readonly string[]>;
}

/** The codes of what is found here; of these the server's last word is not needed before its next one. */
export const CHECKED = new Set(["duplicate-id", "missing", "missing-type", "unknown-property", "required", "choice"]);

const SECTIONS = ["triggers", "tasks", "errors", "finally", "afterExecution"];

export function checkFlow(
  source: Source,
  flow: Data,
  tasks: readonly TaskPlace[],
  types: ReadonlyMap<string, TypeShape>,
): Issue[] {
  if (!isMap(flow)) return [];
  const report = new Report(source);
  for (const key of ["id", "namespace"]) if (!isTold(flow[key])) report.add([key], "must not be null", "missing", []);
  for (const section of SECTIONS) checkNames(flow, [section], report);
  checkIds(tasks, report);
  checkShapes(flow, tasks, types, report);
  return report.issues;
}

/** Where an item that was cut out stands in the whole text: its index, and how many lines further down. */
export interface Whereabouts {
  index: number;
  lines: number;
}

/** What is wrong with the tasks of one item that was cut out, as it stands in the whole text. */
export function checkItem(
  source: Source,
  flow: Data,
  tasks: readonly TaskPlace[],
  types: ReadonlyMap<string, TypeShape>,
  where: Whereabouts,
): Issue[] {
  const report = new Report(source, where);
  checkShapes(flow, tasks, types, report);
  return report.issues;
}

function checkShapes(
  flow: Data,
  tasks: readonly TaskPlace[],
  types: ReadonlyMap<string, TypeShape>,
  report: Report,
): void {
  for (const { type, path } of tasks) {
    const shape = types.get(type);
    const task = valueAt(flow, path);
    if (shape && isMap(task)) checkTask(path, task, shape, report);
  }
}

/** An item that has only one of id and type is no task yet. */
function checkNames(flow: Data, list: Path, report: Report): void {
  const items = valueAt(flow, list);
  if (!Array.isArray(items)) return;
  for (const [index, item] of items.entries()) {
    if (!isMap(item)) continue;
    const path = [...list, index];
    if (isTold(item.type) && !isTold(item.id)) report.add([...path, "id"], "must not be null", "missing", path);
    if (isTold(item.id) && !isTold(item.type)) {
      report.add([...path, "type"], "Invalid type: null", "missing-type", path);
    }
  }
}

function checkIds(tasks: readonly TaskPlace[], report: Report): void {
  const seen = new Set<string>();
  for (const { id, path, list } of tasks) {
    const key = `${list[0] === "triggers" ? "trigger" : "task"} ${id}`;
    if (seen.has(key)) {
      const kind = list[0] === "triggers" ? "trigger" : "task";
      const at = [...path, "id"];
      report.add(at, `Duplicate ${kind} id with name [${id}] (line ${report.lineOf(at)})`, "duplicate-id", at);
    }
    seen.add(key);
  }
}

function checkTask(path: Path, task: { [key: string]: Data }, shape: TypeShape, report: Report): void {
  for (const name of shape.required) {
    if (name !== "id" && name !== "type" && !isTold(task[name])) {
      report.add([...path, name], "must not be null", "required", path);
    }
  }
  for (const [name, value] of Object.entries(task)) {
    const at = [...path, name];
    if (!shape.properties.includes(name)) {
      report.add(at, `Unrecognized field "${name}"`, "unknown-property", at, true);
    }
    const choices = Object.hasOwn(shape.choices, name) ? shape.choices[name] : undefined;
    if (choices && isTold(value) && !/\{[{%]/.test(String(value)) && !choices.includes(String(value))) {
      report.add(at, `'${String(value)}' is not one of ${choices.join(", ")}`, "choice", at, false, "warning");
    }
  }
}

function isTold(value: Data | undefined): boolean {
  return value !== undefined && value !== null;
}

/** Collects what is wrong, with the places in the text. */
class Report {
  readonly issues: Issue[] = [];
  private starts: number[] | undefined;

  constructor(
    private readonly source: Source,
    private readonly where?: Whereabouts,
  ) {}

  /** `at` is what the text has of it: the place itself, or what holds it. */
  add(own: Path, detail: string, code: string, at: Path, isKey = false, severity: Issue["severity"] = "error"): void {
    const { line, column } = this.positionOf(this.offsetOf(at, isKey));
    const path = this.where ? own.with(1, this.where.index) : own;
    const pointer = path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    this.issues.push({ detail, code, path: show(path), pointer, line, column, severity });
  }

  lineOf(path: Path): number {
    return this.positionOf(this.offsetOf(path, false)).line;
  }

  private offsetOf(path: Path, isKey: boolean): number {
    const found = find(this.source, path);
    const entry = found?.holder?.collection.items[found.holder.index] as Pair<Node, Node | null> | Node | undefined;
    const node = isKey && isPair(entry) ? (entry.key as Node) : found?.node;
    // A map begins at its first key.
    const first = isMapNode(node) ? (node.items[0]?.key as Node | undefined) : undefined;
    return (isScalar(first) ? first.range?.[0] : undefined) ?? node?.range?.[0] ?? 0;
  }

  private positionOf(offset: number): { line: number; column: number } {
    this.starts ??= startsOf(this.source.text);
    const starts = this.starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1 + (this.where?.lines ?? 0), column: offset - (starts[low] ?? 0) + 1 };
  }
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
