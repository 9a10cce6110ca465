/** Changes to a text, all given in offsets of the text before any of them. */

export interface TextEdit {
  from: number;
  to: number;
  insert: string;
}

export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = sorted(edits);
  let result = "";
  let at = 0;
  for (const { from, to, insert } of ordered) {
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}

/** Cuts from each edit what it only repeats, and drops those that then change nothing. */
export function shrinkEdits(text: string, edits: readonly TextEdit[]): TextEdit[] {
  return sorted(edits).flatMap((edit) => {
    const old = text.slice(edit.from, edit.to);
    const shortest = Math.min(old.length, edit.insert.length);
    let head = 0;
    while (head < shortest && old[head] === edit.insert[head]) head++;
    // Never between a carriage return and its line feed, nor inside of a pair of surrogates.
    while (head > 0 && splits(old, edit.insert, head)) head--;
    let tail = 0;
    while (tail < shortest - head && old.at(-1 - tail) === edit.insert.at(-1 - tail)) tail++;
    while (tail > 0 && splits(old, edit.insert, old.length - tail, edit.insert.length - tail)) tail--;
    const small = {
      from: edit.from + head,
      to: edit.to - tail,
      insert: edit.insert.slice(head, edit.insert.length - tail),
    };
    return small.from === small.to && small.insert === "" ? [] : [small];
  });
}

/** The one edit that leads from a text to another, as small as prefix and suffix allow. */
export function differenceOf(before: string, after: string): TextEdit[] {
  return shrinkEdits(before, [{ from: 0, to: before.length, insert: after }]);
}

/**
 * Several changes, one after another, as one.
 *
 * @param size Of the text before any of them.
 * @param steps Each in offsets of the text that the ones before it gave.
 */
export function chainEdits(size: number, steps: readonly (readonly TextEdit[])[]): TextEdit[] {
  let pieces: Piece[] = [{ from: 0, to: size }];
  for (const step of steps) {
    let at = 0;
    const next: Piece[] = [];
    for (const { from, to, insert } of sorted(step)) {
      next.push(...cut(pieces, at, from), insert);
      at = to;
    }
    pieces = [...next, ...cut(pieces, at, Number.POSITIVE_INFINITY)];
  }
  const edits: TextEdit[] = [];
  let at = 0;
  let insert = "";
  for (const piece of [...pieces, { from: size, to: size }]) {
    if (typeof piece === "string") {
      insert += piece;
      continue;
    }
    if (piece.from > at || insert !== "") edits.push({ from: at, to: piece.from, insert });
    at = piece.to;
    insert = "";
  }
  return edits;
}

/** A part of the text as it was, or something new. */
type Piece = { from: number; to: number } | string;

/** What lies between two offsets of the text that the pieces make. */
function cut(pieces: readonly Piece[], from: number, to: number): Piece[] {
  let at = 0;
  return pieces.flatMap((piece): Piece[] => {
    const size = typeof piece === "string" ? piece.length : piece.to - piece.from;
    const [start, end] = [Math.max(0, from - at), Math.min(size, to - at)];
    at += size;
    if (start >= end) return [];
    return [typeof piece === "string" ? piece.slice(start, end) : { from: piece.from + start, to: piece.from + end }];
  });
}

function sorted(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((one, other) => one.from - other.from || one.to - other.to);
}

function splits(old: string, next: string, oldAt: number, nextAt: number = oldAt): boolean {
  return [[old, oldAt] as const, [next, nextAt] as const].some(([text, at]) => {
    const before = text.charCodeAt(at - 1);
    const after = text.charCodeAt(at);
    return (before === 13 && after === 10) || (before >= 0xd800 && before < 0xdc00);
  });
}
