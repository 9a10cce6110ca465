/**
 * Where in the structure of a flow a place of its text is, found by indentation alone.
 *
 * The text around a cursor is broken more often than not: a key without its value, a value half written. A parser says
 * what a whole text means; this says what is being written.
 */

export interface Spot {
  /** The keys around the place, the outermost first, without the positions of items. */
  keys: string[];
  /** The key of the line, when the place is behind its colon. */
  key: string | undefined;
  /** What of the word stands before the place. */
  word: string;
  /** The place is inside of a text that spans lines, such as a script. */
  isInText: boolean;
  /** Keys that stand beside the place, in the same map. */
  siblings: Map<string, string>;
}

const KEY = /^(\s*)((?:- +)*)(?:"([^"]*)"|'([^']*)'|([^\s#"'[{&*!|>-][^:#]*?|-[^\s:][^:#]*?))\s*:(?:\s+(.*)|\s*)$/;

/** Tells what is written at an offset. */
export function spotAt(text: string, offset: number): Spot {
  const lines = text.split("\n");
  let number = 0;
  let start = 0;
  while (start + (lines[number]?.length ?? 0) < offset && number < lines.length - 1) {
    start += (lines[number]?.length ?? 0) + 1;
    number++;
  }
  const line = (lines[number] ?? "").slice(0, offset - start);
  const own = KEY.exec(line);
  const column = own ? columnOf(own) : columnOfWord(line);
  const { keys, isInText } = around(lines, number, column);
  return {
    keys,
    key: own ? nameOf(own) : undefined,
    word: /[^\s"'[{,]*$/.exec(own ? (own[6] ?? "") : line.slice(column))?.[0] ?? "",
    isInText,
    siblings: siblingsOf(lines, number, column),
  };
}

/** The keys that a line at this column hangs below. */
function around(lines: readonly string[], number: number, column: number): { keys: string[]; isInText: boolean } {
  const keys: string[] = [];
  let isInText = false;
  let limit = column;
  // A list may begin at the column of the key that it belongs to.
  let mayBeEqual = false;
  const pass = (dash: number): void => {
    limit = dash;
    mayBeEqual = true;
  };
  const own = dashOf(lines[number] ?? "");
  if (own !== undefined && own < column) pass(own);
  for (let at = number - 1; at >= 0 && (limit > 0 || mayBeEqual); at--) {
    const line = lines[at] ?? "";
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const found = KEY.exec(line);
    const dash = dashOf(line);
    const here = found ? columnOf(found) : Number.POSITIVE_INFINITY;
    if (found && (here < limit || (here === limit && mayBeEqual && dash === undefined))) {
      const value = (found[6] ?? "").trim();
      if (keys.length === 0 && /^[|>][-+\d]*(\s+#.*)?$/.test(value)) isInText = true;
      if (value === "" || /^[|>&!#]/.test(value)) keys.unshift(nameOf(found));
      limit = here;
      mayBeEqual = false;
    }
    if (dash !== undefined && dash < limit) pass(dash);
  }
  return { keys, isInText };
}

function dashOf(line: string): number | undefined {
  return /^\s*(?=-( |$))/.exec(line)?.[0].length;
}

/** The keys of the map that the line belongs to, with what is written behind each on its line. */
function siblingsOf(lines: readonly string[], number: number, column: number): Map<string, string> {
  const found = new Map<string, string>();
  const look = (from: number, step: -1 | 1): void => {
    for (let at = from; at >= 0 && at < lines.length; at += step) {
      const line = lines[at] ?? "";
      if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
      const key = KEY.exec(line);
      const indent = line.length - line.trimStart().length;
      const isStart = /^\s*- /.test(line);
      if (step === 1 && isStart && indent < column) return;
      if (key && columnOf(key) === column) found.set(nameOf(key), (key[6] ?? "").trim().replace(/^["']|["']$/g, ""));
      if (indent < column && !(isStart && key && columnOf(key) === column)) return;
      if (step === -1 && isStart && indent < column) return;
    }
  };
  if (!/^\s*- /.test(lines[number] ?? "")) look(number - 1, -1);
  look(number + 1, 1);
  return found;
}

function columnOf(match: RegExpExecArray): number {
  return (match[1] ?? "").length + (match[2] ?? "").length;
}

function columnOfWord(line: string): number {
  return /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
}

function nameOf(match: RegExpExecArray): string {
  return match[3] ?? match[4] ?? match[5] ?? "";
}
