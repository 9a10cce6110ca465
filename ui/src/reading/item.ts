/** Reads the one item of a list that an edit is in, where that tells the same as reading the whole text again. */

import type { Issue } from "../api/types";
import { chunkOf, type Read, readChunk } from "../source/chunk";
import { differenceOf, type TextEdit } from "../source/edits";
import { type Data, isMap, show, valueAt } from "../source/intents";
import { type TaskPlace, tasksIn } from "../source/tasks";
import { checkItem, type TypeShape } from "./checks";
import type { TasksDelta } from "./delta";

/** All that is known of a text without a mistake of syntax. */
export interface Known {
  text: string;
  tasks: readonly TaskPlace[];
  data: Data;
  issues: readonly Issue[];
}

/** What is known of a text after an edit of another, and which tasks are others; undefined where all must be read. */
export function readEdit(
  before: Known,
  text: string,
  types: ReadonlyMap<string, TypeShape>,
): { known: Known; delta: TasksDelta } | undefined {
  const [edit] = differenceOf(before.text, text);
  const head = edit ? before.tasks.findLastIndex(({ list, from }) => list.length === 1 && from < edit.from) : -1;
  const place = before.tasks[head];
  if (!edit || !place || edit.to > place.to || !chunkOf(before.text, place)) return undefined;
  const moved = edit.insert.length - (edit.to - edit.from);
  const chunk = chunkOf(text, { ...place, to: place.to + moved });
  const read = chunk && readChunk(chunk.text);
  if (!chunk || !read) return undefined;
  const inner = tasksIn(read.source);
  const middle = inner.map((one) => placed(one, place.index, chunk.shift));
  if (middle[0]?.from !== place.from || middle[0].to !== place.to + moved) return undefined;
  const behind = before.tasks.findIndex(({ list }, index) => index > head && list.length === 1);
  const tail = (behind < 0 ? [] : before.tasks.slice(behind)).map((one) => shifted(one, moved));
  const tasks = [...before.tasks.slice(0, head), ...middle, ...tail];
  const data = replaced(before.data, place, read.data);
  // Where two have one name, each of them is something that the other items tell.
  if (data === undefined || hasTwins(before.tasks) || hasTwins(tasks)) return undefined;
  const issues = issuesOf(before, place, edit, read, inner, types);
  return { known: { text, tasks, data, issues }, delta: { head, middle, tail: tail.length, moved } };
}

/** A task of an item that was cut out, where it stands in the whole text. */
function placed(one: TaskPlace, index: number, shift: number): TaskPlace {
  return {
    ...one,
    path: one.path.with(1, index),
    list: one.list.length > 1 ? one.list.with(1, index) : one.list,
    lists: one.lists.map((list) => list.with(1, index)),
    index: one.list.length > 1 ? one.index : index,
    from: one.from + shift,
    to: one.to + shift,
  };
}

function shifted(one: TaskPlace, moved: number): TaskPlace {
  return { ...one, from: one.from + moved, to: one.to + moved };
}

function replaced(data: Data, { list, index }: TaskPlace, read: Data | undefined): Data | undefined {
  const key = String(list[0]);
  const item = read === undefined ? undefined : valueAt(read, [key, 0]);
  const items = isMap(data) ? data[key] : undefined;
  return isMap(data) && Array.isArray(items) && item !== undefined
    ? { ...data, [key]: items.with(index, item) }
    : undefined;
}

function hasTwins(tasks: readonly TaskPlace[]): boolean {
  const names = tasks.map(({ id, list }) => `${list[0] === "triggers" ? "trigger" : "task"} ${id}`);
  return new Set(names).size < names.length;
}

/** What is wrong elsewhere, further up or down by what came or went, and what is wrong in the item now. */
function issuesOf(
  before: Known,
  place: TaskPlace,
  edit: TextEdit,
  { source, data }: Read,
  inner: readonly TaskPlace[],
  types: ReadonlyMap<string, TypeShape>,
): Issue[] {
  const first = linesIn(before.text.slice(0, place.from)) + 1;
  const last = first + linesIn(before.text.slice(place.from, place.to));
  const come = linesIn(edit.insert) - linesIn(before.text.slice(edit.from, edit.to));
  const name = show([...place.list, place.index]);
  const others = before.issues
    .filter(({ path }) => path !== name && !path?.startsWith(`${name}.`))
    .map((issue) => (issue.line !== undefined && issue.line > last ? { ...issue, line: issue.line + come } : issue));
  // Cut out, the item begins on the second line.
  return [...others, ...checkItem(source, data ?? null, inner, types, { index: place.index, lines: first - 2 })];
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}
