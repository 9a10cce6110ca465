/** Keeps what is drawn alike the very same object, so that an edit draws only what it changes. */

import type { Box, Layout, Line } from "./layout";

/** Tells whether two layouts are drawn alike. */
export function sameLayout(one: Layout, other: Layout): boolean {
  return (
    one.boxes.length === other.boxes.length &&
    one.lines.length === other.lines.length &&
    one.boxes.every((box, at) => sameFields(box, other.boxes[at])) &&
    one.lines.every((line, at) => sameFields(line, other.lines[at]))
  );
}

/** A layout whose boxes and lines are those of the one before wherever they are drawn alike. */
export function keepSame(before: Layout, now: Layout): Layout {
  const boxes = new Map(before.boxes.map((box) => [box.uid, box]));
  const lines = new Map(before.lines.map((line) => [line.id, line]));
  return {
    ...now,
    boxes: now.boxes.map((box) => kept(boxes.get(box.uid), box)),
    lines: now.lines.map((line) => kept(lines.get(line.id), line)),
  };
}

function kept<Drawn extends Box | Line>(old: Drawn | undefined, now: Drawn): Drawn {
  return old && sameFields(old, now) ? old : now;
}

function sameFields(one: Box | Line, other: Box | Line | undefined): boolean {
  if (!other) return false;
  const own = one as unknown as Record<string, unknown>;
  const its = other as unknown as Record<string, unknown>;
  return Object.keys(own).every((key) => own[key] === its[key]);
}
