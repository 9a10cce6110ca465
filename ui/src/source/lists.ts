import { isAlias, isMap, isSeq } from "yaml";
import { type Collection, type Found, find, type Source } from "./document";
import type { TextEdit } from "./edits";
import { addToFlow, removeFromFlow } from "./flow";
import { columnOf, type Item, isFlow, isVoid, itemsOf, lineEnd, lineStart, nextLine, rangeOf } from "./geometry";
import { type Data, type Path, Refused, show } from "./intents";
import { printAfterDash, printFlow, type Style } from "./print";
import { replace } from "./setting";

/** Puts a new item into a list. */
export function insertItem(source: Source, style: Style, path: Path, index: number, value: Data): TextEdit[] {
  return insertPrinted(source, style, path, index, value, (indent) => `- ${printAfterDash(value, indent, style)}`);
}

/** Puts an item into a list whose text is made for the column it will stand at. */
export function insertPrinted(
  source: Source,
  style: Style,
  path: Path,
  index: number,
  value: Data,
  print: (indent: number) => string,
): TextEdit[] {
  const found = find(source, path);
  if (!found) throw new Refused("There is no list at {path}", { path: show(path) });
  const { node } = found;
  if (isAlias(node)) throw new Refused("This list is an alias: change it where its anchor stands", {}, node.range?.[0]);
  if (node === null || isVoid(node)) return fillEmpty(source, style, found, value, print);
  if (!isSeq(node)) throw new Refused("{path} is no list", { path: show(path) });
  if (isFlow(node)) {
    const isOuterBlock = found.holder !== undefined && !isFlow(found.holder.collection);
    if (node.items.length === 0 && isOuterBlock) return fillEmpty(source, style, found, value, print);
    return addToFlow(source, node, index, printFlow(value));
  }
  return insertLines(source, style, node, index, print);
}

/** Takes an item of a list, or a key of a map, with the comments that belong to it. */
export function removeEntry(source: Source, style: Style, path: Path): TextEdit[] {
  const found = find(source, path);
  if (!found?.holder) throw new Refused("Nothing can be removed at {path}", { path: show(path) });
  const { collection, index } = found.holder;
  if (isFlow(collection)) return removeFromFlow(source, collection, index);
  if (collection.items.length === 1) {
    const holder = find(source, path.slice(0, -1)) as Found;
    return removeLast(source, style, holder, collection);
  }
  return removeLines(source.text, itemsOf(source, collection), index);
}

/** The first item of a list below a key begins a line of its own; what stands on the key's line stays there. */
function fillEmpty(
  source: Source,
  style: Style,
  found: Found,
  value: Data,
  print: (indent: number) => string,
): TextEdit[] {
  const { node, holder } = found;
  const item = holder && isMap(holder.collection) ? itemsOf(source, holder.collection)[holder.index] : undefined;
  const isOnLine = node === null || isVoid(node) || (item && rangeOf(node)[1] <= lineEnd(source.text, item.valueFrom));
  if (!item || !isOnLine) return replace(source, style, found, [value]);
  const indent = columnOf(source.text, item.head) + style.dash;
  const end = lineEnd(source.text, item.valueFrom);
  const to = node === null || isVoid(node) ? item.valueFrom : rangeOf(node)[1];
  return [
    { from: item.valueFrom, to, insert: "" },
    { from: end, to: end, insert: style.newline + " ".repeat(indent) + print(indent) },
  ];
}

function insertLines(
  source: Source,
  style: Style,
  list: Collection,
  index: number,
  print: (indent: number) => string,
): TextEdit[] {
  const { text } = source;
  const items = itemsOf(source, list);
  const first = items[0];
  if (!first) throw new Refused("This list is edited as text only");
  const indent = columnOf(text, first.head);
  const pad = " ".repeat(indent);
  const gap = hasGaps(text, items) ? style.newline : "";
  const next = items[index];
  if (next?.isInline) {
    return [{ from: next.head, to: next.head, insert: print(indent) + style.newline + gap + pad }];
  }
  if (next) return [{ from: next.lead, to: next.lead, insert: pad + print(indent) + style.newline + gap }];
  const last = items.at(-1) as Item;
  return [{ from: last.lineEnd, to: last.lineEnd, insert: style.newline + gap + pad + print(indent) }];
}

/** Tells whether every two neighbours have an empty line between them. */
function hasGaps(text: string, items: readonly Item[]): boolean {
  const pairs = items.slice(1).map((item, at) => text.slice(items[at]?.lineEnd ?? 0, item.lead));
  return pairs.length > 0 && pairs.every((between) => /\n[ \t]*\r?\n/.test(between));
}

function removeLines(text: string, items: readonly Item[], index: number): TextEdit[] {
  const own = items[index];
  const next = items[index + 1];
  if (!own) throw new Refused("There is no such item");
  if (own.isInline) return [removeInline(text, own, next as Item)];
  const after = nextLine(text, own.lineEnd);
  const blankAfter = blankLines(text, after);
  if (next) {
    const previous = items[index - 1];
    const isSpaced = !previous || /\n[ \t]*\r?\n/.test(text.slice(previous.lineEnd, own.lead));
    return [{ from: own.lead, to: isSpaced ? Math.min(blankAfter, next.lead) : after, insert: "" }];
  }
  const isAtEnd = own.lineEnd === text.length;
  const before = blankBefore(text, own.lead);
  const isSpaced = isAtEnd || blankAfter > after || blankAfter === text.length;
  const from = isSpaced ? before : own.lead;
  // Without a last line break the one before the item goes in its place.
  return isAtEnd ? [{ from: beforeBreak(text, from), to: own.lineEnd, insert: "" }] : [{ from, to: after, insert: "" }];
}

/** The first key behind a dash: the next one moves up, unless comments stand before it. */
function removeInline(text: string, own: Item, next: Item): TextEdit {
  const start = lineStart(text, next.head);
  if (next.lead === start && !text.slice(own.lineEnd, next.lead).includes("#")) {
    return { from: own.head, to: next.head, insert: "" };
  }
  const before = text.slice(lineStart(text, own.head), own.head);
  return { from: own.head - (before.length - before.trimEnd().length), to: own.lineEnd, insert: "" };
}

/** The only entry: what is left is an empty collection in brackets, so that nothing becomes null. */
function removeLast(source: Source, style: Style, holder: Found, collection: Collection): TextEdit[] {
  const { text } = source;
  const item = itemsOf(source, collection)[0];
  if (!item || !holder.holder || item.isInline) return replace(source, style, holder, isMap(collection) ? {} : []);
  const outer = itemsOf(source, holder.holder.collection)[holder.holder.index];
  if (!outer) throw new Refused("This list is edited as text only");
  const empty = isMap(collection) ? " {}" : " []";
  return [
    { from: outer.valueFrom, to: outer.valueFrom, insert: empty },
    { from: beforeBreak(text, item.lead), to: item.lineEnd, insert: "" },
  ];
}

function blankLines(text: string, from: number): number {
  let at = from;
  while (at < text.length && /^[ \t]*\r?$/.test(text.slice(at, nextLine(text, at)).replace(/\n$/, "")))
    at = nextLine(text, at);
  return at;
}

function blankBefore(text: string, from: number): number {
  let at = from;
  while (at > 0) {
    const above = lineStart(text, at - 1);
    if (text.slice(above, at).trim() !== "") break;
    at = above;
  }
  return at;
}

/** The place before the line break that ends the line above. */
export function beforeBreak(text: string, start: number): number {
  if (start === 0) return 0;
  return text[start - 2] === "\r" ? start - 2 : start - 1;
}
