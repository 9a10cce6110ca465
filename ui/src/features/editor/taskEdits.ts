import { parseData } from "../../source/document";
import { type Data, type Path, valueAt } from "../../source/intents";
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
  const name = (type.split(".").at(-1) ?? "task").replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
  const id = freeId(editor.tasks, name);
  const data = dataOf(editor);
  const isThere = data !== undefined && valueAt(data, slot.list) !== undefined;
  const value: Data = { id, type };
  const isDone = isThere
    ? editor.apply({ kind: "insert", path: slot.list, index: slot.index, value }, `Added ${id}`)
    : editor.apply({ kind: "set", path: slot.list, value: [value] }, `Added ${id}`);
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
  return editor.apply({ kind: "insert", path: list, index, value: copy }, `Duplicated ${place.id}`) ? id : null;
}

export function deleteTask(editor: Editor, place: TaskPlace): boolean {
  return editor.apply({ kind: "remove", path: [...place.list, place.index] }, `Deleted ${place.id}`);
}

/** Moves a task up or down among those of its list. */
export function moveTask(editor: Editor, place: TaskPlace, by: -1 | 1): boolean {
  const to = place.index + by;
  const isLast = !editor.tasks.some(({ list, index }) => list.join() === place.list.join() && index === to);
  if (to < 0 || isLast) return false;
  return editor.apply(
    { kind: "move", from: [...place.list, place.index], to: place.list, index: to },
    `Moved ${place.id}`,
  );
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

function dataOf(editor: Editor): Data | undefined {
  return parseData(editor.text.replaceAll("\r\n", "\n"));
}
