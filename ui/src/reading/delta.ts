/** Which tasks of a text are others than before; one that only moved in the text counts as the same. */

import type { TaskPlace } from "../source/tasks";

/** So many tasks as before, then some new ones, then so many as before again, moved by some characters. */
export interface TasksDelta {
  head: number;
  middle: TaskPlace[];
  tail: number;
  moved: number;
}

export function deltaOf(before: readonly TaskPlace[], after: readonly TaskPlace[]): TasksDelta {
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && isAt(before[head], after[head], 0)) head++;
  const moved = (after.at(-1)?.to ?? 0) - (before.at(-1)?.to ?? 0);
  let tail = 0;
  while (tail < shortest - head && isAt(before.at(-1 - tail), after.at(-1 - tail), moved)) tail++;
  return { head, middle: after.slice(head, after.length - tail), tail, moved };
}

/**
 * The tasks of now. What has stayed is the same object with its place in the text brought up to date; where all have
 * stayed, so is the list.
 */
export function applyDelta(before: readonly TaskPlace[], delta: TasksDelta): readonly TaskPlace[] {
  const { head, middle, tail, moved } = delta;
  const behind = before.slice(before.length - tail);
  if (moved !== 0) for (const place of behind) put(place, place.from + moved, place.to + moved);
  const between = middle.map((place, at) => {
    const old = before.length === head + middle.length + tail ? before[head + at] : undefined;
    if (!old || !isSame(old, place)) return place;
    put(old, place.from, place.to);
    return old;
  });
  const isAsBefore =
    before.length === head + between.length + tail && between.every((place, at) => place === before[head + at]);
  return isAsBefore ? before : [...before.slice(0, head), ...between, ...behind];
}

function put(place: TaskPlace, from: number, to: number): void {
  place.from = from;
  place.to = to;
}

function isAt(one: TaskPlace | undefined, other: TaskPlace | undefined, moved: number): boolean {
  return one !== undefined && other !== undefined && one.from + moved === other.from && one.to + moved === other.to
    ? isSame(one, other)
    : false;
}

function isSame(one: TaskPlace, other: TaskPlace): boolean {
  return (
    one.id === other.id &&
    one.type === other.type &&
    one.note === other.note &&
    one.isDisabled === other.isDisabled &&
    one.index === other.index &&
    sameItems(one.path, other.path) &&
    sameItems(one.list, other.list) &&
    sameItems(one.parents, other.parents) &&
    one.lists.length === other.lists.length &&
    one.lists.every((list, at) => sameItems(list, other.lists[at] ?? []))
  );
}

function sameItems(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}
