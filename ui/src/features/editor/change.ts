import type { TextEdit } from "../../source/edits";

/** What a visual edit did to the text, line by line. */
export interface Change {
  gone: string[];
  come: string[];
  line: number;
}

/** The lines that some edits take away and bring. */
export function changeOf(before: string, edits: readonly TextEdit[]): Change {
  const first = edits.reduce((least, edit) => Math.min(least, edit.from), before.length);
  const last = edits.reduce((most, edit) => Math.max(most, edit.to), 0);
  const from = before.lastIndexOf("\n", first - 1) + 1;
  const end = before.indexOf("\n", last);
  const to = end < 0 ? before.length : end;
  let after = "";
  let at = from;
  for (const edit of [...edits].sort((one, other) => one.from - other.from)) {
    after += before.slice(at, edit.from) + edit.insert;
    at = edit.to;
  }
  after += before.slice(at, to);
  const gone = before.slice(from, to).split("\n");
  const come = after.split("\n");
  return { ...trimmed(gone, come), line: before.slice(0, from).split("\n").length };
}

function trimmed(gone: string[], come: string[]): { gone: string[]; come: string[] } {
  let head = 0;
  while (head < Math.min(gone.length, come.length) && gone[head] === come[head]) head++;
  let tail = 0;
  while (tail < Math.min(gone.length, come.length) - head && gone.at(-1 - tail) === come.at(-1 - tail)) tail++;
  return { gone: gone.slice(head, gone.length - tail), come: come.slice(head, come.length - tail) };
}
