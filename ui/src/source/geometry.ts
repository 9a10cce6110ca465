/**
 * Where things stand in the text.
 *
 * An item of a block collection is seen as lines: the comment lines directly above it, its own lines, and what a
 * comment adds to the last of them. The first item may begin in the middle of a line, behind a dash.
 */

import { type CST, isAlias, isCollection, isMap, isScalar, type Node, type Pair } from "yaml";
import { type Collection, entryOf, nodeOf, type Source } from "./document";
import { Refused } from "./intents";

export interface Item {
  /** Where the comment lines above it begin, or `head`; what belongs to the item starts here. */
  lead: number;
  /** Its dash or key. */
  head: number;
  /** Behind the dash or the colon. */
  valueFrom: number;
  /** Behind the last character that is no comment. */
  end: number;
  /** The end of the line of `end`, before the line break. */
  lineEnd: number;
  /** It stands behind something else in its line. */
  isInline: boolean;
}

type ItemToken = CST.BlockSequence["items"][number] | CST.BlockMap["items"][number];

export function isFlow(collection: Collection): boolean {
  return collection.flow === true;
}

export function itemsOf(source: Source, collection: Collection): Item[] {
  const tokens = itemTokens(collection);
  return collection.items.map((_, index) => itemAt(source, collection, tokens[index], index));
}

/** The end of a node without comments and without the line breaks that a block scalar may have behind it. */
export function endOf(text: string, node: Node): number {
  if (isCollection(node) && node.flow !== true && node.items.length > 0) {
    const last = node.items.length - 1;
    const entry = entryOf(node as Collection, last);
    const inner = entry && nodeOf(entry);
    const token = itemTokens(node as Collection)[last];
    return Math.max(inner ? endOf(text, inner) : 0, token ? indicatorEnd(token) : 0);
  }
  const [from, to] = rangeOf(node);
  if (!isScalar(node) || !isBlockScalar(node)) return to;
  const written = text.slice(from, to);
  const keepsAll = /^[|>]\d?\+|^[|>]\+/.test(written);
  return keepsAll ? from + written.replace(/\r?\n$/, "").length : from + written.replace(/(\r?\n[ \t]*)+$/, "").length;
}

export function isBlockScalar(node: Node): boolean {
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
}

export function rangeOf(node: Node): [number, number] {
  if (!node.range) throw new Refused("This place has no text of its own");
  return [node.range[0], node.range[1]];
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** The end of the line, before its line break. */
export function lineEnd(text: string, at: number): number {
  const next = text.indexOf("\n", at);
  if (next < 0) return text.length;
  return next > at && text[next - 1] === "\r" ? next - 1 : next;
}

/** The start of the next line, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const next = text.indexOf("\n", at);
  return next < 0 ? text.length : next + 1;
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** The column of a collection's items. */
export function indentOf(source: Source, collection: Collection): number {
  const first = itemsOf(source, collection)[0];
  return first ? columnOf(source.text, first.head) : 0;
}

function itemAt(source: Source, collection: Collection, token: ItemToken | undefined, index: number): Item {
  const entry = entryOf(collection, index);
  if (!token || !entry) throw new Refused("This place is written in a way that cannot be edited here");
  const { text } = source;
  const head = headOf(token);
  const value = nodeOf(entry);
  const indicator = indicatorEnd(token);
  const key = isMap(collection) ? ((entry as Pair).key as Node | null) : null;
  const end = Math.max(value && !isVoid(value) ? endOf(text, value) : 0, indicator, key?.range?.[1] ?? 0);
  const isInline = /\S/.test(text.slice(lineStart(text, head), head));
  return {
    lead: isInline ? head : leadOf(text, head),
    head,
    valueFrom: indicator,
    end,
    lineEnd: lineEnd(text, end),
    isInline,
  };
}

/** Walks up over the comment lines at the same column that directly precede a line. */
function leadOf(text: string, head: number): number {
  const column = columnOf(text, head);
  let start = lineStart(text, head);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start);
    if (!/^[ ]*#/.test(line) || line.indexOf("#") !== column) break;
    start = above;
  }
  return start;
}

function itemTokens(collection: Collection): ItemToken[] {
  const token = collection.srcToken as CST.BlockMap | CST.BlockSequence | CST.FlowCollection | undefined;
  if (!token || token.type === "flow-collection") return [];
  return (token.items as ItemToken[]).filter((item) =>
    token.type === "block-seq"
      ? item.start.some(({ type }) => type === "seq-item-ind")
      : "key" in item && (item.key || item.sep),
  );
}

function headOf(token: ItemToken): number {
  const explicit = token.start.find(({ type }) => type === "explicit-key-ind");
  if (explicit) throw new Refused("Keys written with '?' are edited as text only", {}, explicit.offset);
  const own = token.start.find(({ type }) => type !== "space" && type !== "newline" && type !== "comment");
  const key = "key" in token ? token.key : undefined;
  const at = own?.offset ?? key?.offset;
  if (at === undefined) throw new Refused("A key without a name is edited as text only");
  return at;
}

/** Behind the colon or the dash and the anchor or tag that may follow it on its line. */
function indicatorEnd(token: ItemToken): number {
  const tokens = "sep" in token && token.sep ? token.sep : token.start;
  const kinds = new Set(["map-value-ind", "seq-item-ind", "anchor", "tag"]);
  const last = tokens.findLast(({ type }) => kinds.has(type));
  return last ? last.offset + last.source.length : 0;
}

/** A value that is not written at all. */
export function isVoid(node: Node): boolean {
  if (isAlias(node) || !isScalar(node) || !node.range) return false;
  return node.value === null && node.range[0] === node.range[1];
}
