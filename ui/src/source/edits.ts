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
