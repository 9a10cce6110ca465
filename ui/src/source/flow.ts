import { isPair, type Node } from "yaml";
import { type Collection, entryOf, nodeOf, type Source } from "./document";
import type { TextEdit } from "./edits";
import { isVoid, lineStart, rangeOf } from "./geometry";
import { Refused } from "./intents";

/** Adds an item, already printed, to a collection between brackets. */
export function addToFlow(source: Source, collection: Collection, index: number, printed: string): TextEdit[] {
  const { text } = source;
  const [from, to] = rangeOf(collection);
  const spans = collection.items.map((_, at) => spanOf(text, collection, at));
  const next = spans[index];
  if (next) {
    const pad = ownLine(text, next.from);
    return [{ from: next.from, to: next.from, insert: `${printed},${pad ?? " "}` }];
  }
  const last = spans.at(-1);
  if (!last) return [{ from: from + 1, to: to - 1, insert: withoutSpace(text.slice(from + 1, to - 1), printed) }];
  const comma = commaAfter(text, last.to, to - 1);
  const pad = ownLine(text, last.from);
  if (comma !== undefined) return [{ from: comma + 1, to: comma + 1, insert: `${pad ?? " "}${printed}` }];
  return [{ from: last.to, to: last.to, insert: `,${pad ?? " "}${printed}` }];
}

/** Takes an item and its comma out of a collection between brackets. */
export function removeFromFlow(source: Source, collection: Collection, index: number): TextEdit[] {
  const { text } = source;
  const end = rangeOf(collection)[1] - 1;
  const spans = collection.items.map((_, at) => spanOf(text, collection, at));
  const own = spans[index];
  if (!own) throw new Refused("There is no such item");
  const next = spans[index + 1];
  const previous = spans[index - 1];
  const isPlain = (from: number, to: number): boolean => !text.slice(from, to).includes("#");
  if (next && isPlain(own.to, next.from)) return [{ from: own.from, to: next.from, insert: "" }];
  const comma = commaAfter(text, own.to, next?.from ?? end);
  if (!next && previous && isPlain(previous.to, own.from)) {
    return [{ from: previous.to, to: comma === undefined ? own.to : own.to, insert: "" }];
  }
  // A comment stands between: only the item and its comma go.
  return [{ from: own.from, to: comma === undefined ? own.to : comma + 1, insert: "" }];
}

export function spanOf(text: string, collection: Collection, index: number): { from: number; to: number } {
  const entry = entryOf(collection, index);
  if (!entry) throw new Refused("There is no such item");
  const first = isPair(entry) ? (entry.key as Node) : entry;
  const value = nodeOf(entry);
  const last = value && !isVoid(value) ? value : first;
  const from = rangeOf(first)[0];
  // An anchor or a tag before a node, a colon without a value behind it: the brackets alone do not tell where they end.
  if (/[&!?]/.test(text.slice(lineStart(text, from), from)) && hasProperties(first)) {
    throw new Refused("Anchors and tags between brackets are edited as text only", {}, from);
  }
  if (isPair(entry) && (!value || isVoid(value)))
    throw new Refused("A key without a value is edited as text only", {}, from);
  return { from, to: rangeOf(last)[1] };
}

function hasProperties(node: Node): boolean {
  return ("anchor" in node && Boolean(node.anchor)) || ("tag" in node && Boolean(node.tag));
}

function commaAfter(text: string, from: number, to: number): number | undefined {
  let at = from;
  while (at < to) {
    if (text[at] === ",") return at;
    if (text[at] === "#") at = text.indexOf("\n", at);
    if (at < 0) return undefined;
    at++;
  }
  return undefined;
}

/** The line break and indentation before an item that begins its line; undefined for one that does not. */
function ownLine(text: string, from: number): string | undefined {
  const start = lineStart(text, from);
  const before = text.slice(start, from);
  if (start === 0 || !/^[ \t]*$/.test(before)) return undefined;
  return (text[start - 2] === "\r" ? "\r\n" : "\n") + before;
}

function withoutSpace(inside: string, printed: string): string {
  if (inside.includes("#")) throw new Refused("There is a comment between these brackets: edit them as text");
  return /^[ \t]+$/.test(inside) ? ` ${printed} ` : printed;
}
