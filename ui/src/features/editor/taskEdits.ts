import { t } from "../../i18n/text";
import { parseData } from "../../source/document";
import { differenceOf } from "../../source/edits";
import { type Data, type Path, valueAt } from "../../source/intents";
import { isInside } from "../../source/outline";
import { patch } from "../../source/patch";
import { freeId, type TaskPlace } from "../../source/tasks";
import type { Editor } from "./useEditor";

/** Where a new task goes: into a list, at an index. */
export interface Slot {
  list: Path;
  index: number;
}

export function slotAfter(place: TaskPlace): Slot {
  return { list: place.list, index: place.index + 1 };
}

/** Puts a new task of a type into the text; gives its id, null when that place cannot be edited. */
export function addTask(editor: Editor, slot: Slot, type: string): string | null {
  const id = freeId(editor.tasks, nameFor(type));
  const data = dataOf(editor);
  const isThere = data !== undefined && valueAt(data, slot.list) !== undefined;
  const task: Data = { id, type, ...inner(type) };
  // An entry of a Dag holds its task beside what that waits for.
  const value: Data = isOfDag(editor, slot.list) ? { task } : task;
  const isDone = isThere
    ? editor.apply({ kind: "insert", path: slot.list, index: slot.index, value })
    : editor.apply({ kind: "set", path: slot.list, value: [value] });
  return isDone ? id : null;
}

/** Puts a copy of a task behind it, every id in it made new. */
export function duplicateTask(editor: Editor, place: TaskPlace): string | null {
  const data = dataOf(editor);
  const task = data === undefined ? undefined : valueAt(data, [...place.list, place.index]);
  if (task === undefined) return null;
  const taken: { id: string }[] = [...editor.tasks];
  const id = freeId(taken, place.id);
  const copy = withNewIds(task, taken);
  const { list, index } = slotAfter(place);
  return editor.apply({ kind: "insert", path: list, index, value: copy }) ? id : null;
}

/** What a task is put into, the list that then holds it, and what such a task needs besides. */
export const WRAPPERS: Record<string, Wrapper> = {
  sequence: { name: t("In sequence"), type: "io.kestra.plugin.core.flow.Sequential", key: "tasks", more: {} },
  parallel: { name: t("In parallel"), type: "io.kestra.plugin.core.flow.Parallel", key: "tasks", more: {} },
  each: {
    name: t("For each value"),
    type: "io.kestra.plugin.core.flow.ForEach",
    key: "tasks",
    more: { values: ["a", "b"] },
  },
  condition: {
    name: t("Only if"),
    type: "io.kestra.plugin.core.flow.If",
    key: "then",
    more: { condition: "{{ true }}" },
  },
  failure: { name: t("Failure allowed"), type: "io.kestra.plugin.core.flow.AllowFailure", key: "tasks", more: {} },
};

interface Wrapper {
  name: string;
  type: string;
  key: string;
  more: { [key: string]: Data };
}

/** Puts a task into a new one that holds tasks; gives the id of that. */
export function wrapTask(editor: Editor, place: TaskPlace, name: string): string | null {
  const wrapper = WRAPPERS[name];
  if (!wrapper) return null;
  const id = freeId(editor.tasks, nameFor(wrapper.type));
  const value = { id, type: wrapper.type, ...wrapper.more };
  const path = [...place.list, place.index];
  return editor.apply({ kind: "wrap", path, value, key: wrapper.key }) ? id : null;
}

/** Leaves a task out of runs, or takes it in again. */
export function toggleTask(editor: Editor, place: TaskPlace): boolean {
  const path = [...place.path, "disabled"];
  return place.isDisabled ? editor.apply({ kind: "remove", path }) : editor.apply({ kind: "set", path, value: true });
}

/** Moves a task to a place in any list; `index` counts with the task where it still is. */
export function dropTask(editor: Editor, place: TaskPlace, slot: Slot): boolean {
  if (isInside(slot.list, place)) return false;
  const isSame = slot.list.join("\n") === place.list.join("\n");
  const to = isSame && slot.index > place.index ? slot.index - 1 : slot.index;
  if (isSame && to === place.index) return false;
  const data = dataOf(editor);
  const from = [...place.list, place.index];
  const list = without(slot.list, place);
  if (data !== undefined && valueAt(data, slot.list) === undefined) {
    // A list that is not written yet: it is written first, and both steps are one change.
    const made = patch(normal(editor), { kind: "set", path: slot.list, value: [] });
    const moved = patch(made.text, { kind: "move", from, to: list, index: 0 });
    editor.applyEdits(differenceOf(normal(editor), moved.text));
    return true;
  }
  return editor.apply({ kind: "move", from, to: list, index: to });
}

/** A path as it is once a task has left its list: what stood behind it has moved up. */
function without(path: Path, place: TaskPlace): Path {
  const at = place.list.length;
  const step = path[at];
  const isBehind = place.list.every((one, index) => path[index] === one) && typeof step === "number";
  return isBehind && step > place.index ? path.with(at, step - 1) : path;
}

export function deleteTask(editor: Editor, place: TaskPlace): boolean {
  return editor.apply({ kind: "remove", path: [...place.list, place.index] });
}

/** Moves a task up or down among those of its list. */
export function moveTask(editor: Editor, place: TaskPlace, by: -1 | 1): boolean {
  const to = place.index + by;
  const isLast = !editor.tasks.some(({ list, index }) => list.join() === place.list.join() && index === to);
  if (to < 0 || isLast) return false;
  return editor.apply({ kind: "move", from: [...place.list, place.index], to: place.list, index: to });
}

function withNewIds(value: Data, taken: { id: string }[]): Data {
  if (Array.isArray(value)) return value.map((item) => withNewIds(item, taken));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Data] => {
    if (key !== "id" || typeof item !== "string" || !("type" in value)) return [key, withNewIds(item, taken)];
    const id = freeId(taken, item);
    taken.push({ id });
    return [key, id];
  });
  return Object.fromEntries(entries);
}

function isOfDag(editor: Editor, list: Path): boolean {
  const holder = list.slice(0, -1).join("\n");
  return editor.tasks.some(({ path, type }) => path.join("\n") === holder && type.endsWith(".Dag"));
}

/** A task that holds tasks is written with the list for them, so that the next one can be put there. */
function inner(type: string): { [key: string]: Data } {
  const wrapper = Object.values(WRAPPERS).find((one) => one.type === type);
  return wrapper ? { ...wrapper.more, [wrapper.key]: [] } : {};
}

function nameFor(type: string): string {
  return (type.split(".").at(-1) ?? "task").replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
}

function dataOf(editor: Editor): Data | undefined {
  return parseData(normal(editor));
}

function normal(editor: Editor): string {
  return editor.read().replaceAll("\r\n", "\n");
}
