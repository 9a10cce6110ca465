/**
 * One item of a list of the flow, cut out of its text to be read by itself: most edits are within one task, and reading
 * the rest of a long flow again for each key would take most of the time.
 *
 * An item is only cut out where it means by itself what it means in its place: it begins its line, its lines are its
 * own, and nothing in it can be an anchor, an alias, a tag or a text that goes on with the blank lines behind it.
 */

import { dataOf, parseSource, type Source } from "./document";
import { lineStart } from "./geometry";
import { type Data, isMap } from "./intents";
import type { TaskPlace } from "./tasks";

/** A text with what it holds. */
export interface Read {
  source: Source;
  data: Data | undefined;
}

export interface Chunk {
  /** The item as the only one of its list. */
  text: string;
  /** What is to be added to an offset of it for that in the whole text. */
  shift: number;
}

const UNSURE = /(?:^|[\s,[{:-])(?:[&*!][^\s]|<<)|[|>]\d?\+|^(?:---|\.\.\.|%)/m;

export function readText(text: string): Read {
  const source = parseSource(text);
  return { source, data: dataOf(source) };
}

/** Cuts an item out, given where it begins and ends; undefined where it does not stand for itself. */
export function chunkOf(text: string, { list, from, to }: Pick<TaskPlace, "list" | "from" | "to">): Chunk | undefined {
  const [key] = list;
  const start = lineStart(text, from);
  if (typeof key !== "string" || list.length > 1 || text[from] !== "-") return undefined;
  if (text.slice(start, from).trim() !== "" || (to < text.length && text[to] !== "\n")) return undefined;
  const own = text.slice(start, to);
  const head = `${key}:\n`;
  return UNSURE.test(own) ? undefined : { text: head + own, shift: start - head.length };
}

/** Reads an item that was cut out; undefined where it is not one item and nothing else. */
export function readChunk(text: string): Read | undefined {
  const read = readText(text);
  const { source, data } = read;
  const lists = isMap(data) ? Object.values(data) : [];
  const isWhole = source.errors.length === 0 && source.others.length === 0 && lists.length === 1;
  return isWhole && Array.isArray(lists[0]) && lists[0].length === 1 && isMap(lists[0][0]) ? read : undefined;
}
