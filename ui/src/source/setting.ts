import { isAlias, isMap, isScalar, type Node } from "yaml";
import { type Collection, type Found, find, keyOf, type Source } from "./document";
import type { TextEdit } from "./edits";
import { addToFlow } from "./flow";
import { columnOf, endOf, indentOf, isBlockScalar, isFlow, isVoid, itemsOf, lineEnd, rangeOf } from "./geometry";
import type { Data, Path } from "./intents";
import { isMap as isDataMap, Refused, show } from "./intents";
import { printAfterDash, printAfterKey, printFlow, printLiteral, printMap, printPair, type Style } from "./print";
import { isLiteral, printScalar, type Quote } from "./scalars";

/** Gives a value to a place, or adds the key that is missing: behind another one where that is said and there. */
export function setValue(source: Source, style: Style, path: Path, value: Data, behind?: string): TextEdit[] {
  const found = find(source, path);
  if (found) return replace(source, style, found, value);
  const key = path.at(-1);
  const holder = find(source, path.slice(0, -1));
  if (typeof key !== "string" || !holder) throw new Refused("There is no {path} to change", { path: show(path) });
  return addKey(source, style, holder, key, value, behind);
}

/** Writes the value of a place anew, with everything in it. */
export function replace(source: Source, style: Style, found: Found, value: Data): TextEdit[] {
  const { node, holder } = found;
  if (isScalar(node) && !isVoid(node) && isSingle(value)) return [replaceScalar(source, style, found, node, value)];
  if (!holder) return [replaceRoot(source, style, node, value)];
  const { collection, index } = holder;
  if (isFlow(collection)) {
    if (!node || isVoid(node)) throw new Refused("This value is not written, edit it as text");
    const [from, to] = rangeOf(node);
    return [{ from, to, insert: printFlow(value) }];
  }
  return replaceInBlock(source, style, collection, index, node, value);
}

/** A value below a key or behind a dash; a comment on that line stays on it. */
function replaceInBlock(
  source: Source,
  style: Style,
  collection: Collection,
  index: number,
  node: Node | null,
  value: Data,
): TextEdit[] {
  const { text } = source;
  const item = itemsOf(source, collection)[index];
  if (!item) throw new Refused("There is no such item");
  const indent = columnOf(text, item.head);
  const printed = isMap(collection) ? printAfterKey(value, indent, style) : ` ${printAfterDash(value, indent, style)}`;
  const isWritten = node !== null && !isVoid(node);
  const from = item.valueFrom;
  const to = isWritten ? endOf(text, node) : from;
  const end = lineEnd(text, from);
  if (!printed.includes("\n") || to > end) {
    // What stood on several lines takes its inner comments along; one on the first line stays.
    const comment = to > end ? /[ \t]#.*$/.exec(text.slice(from, end))?.[0] : undefined;
    const isBelow = isWritten && rangeOf(node)[0] > end;
    if (comment === undefined || !isBelow) return [{ from, to, insert: printed }];
    const [first = "", ...below] = printed.split(style.newline);
    return [{ from, to, insert: [first + comment, ...below].join(style.newline) }];
  }
  const [first = "", ...below] = printed.split(style.newline);
  return [
    { from, to, insert: first },
    { from: end, to: end, insert: style.newline + below.join(style.newline) },
  ];
}

function replaceScalar(
  source: Source,
  style: Style,
  found: Found,
  node: Node,
  value: null | boolean | number | string,
): TextEdit {
  const [from] = rangeOf(node);
  const to = isBlockScalar(node) ? endOf(source.text, node) : rangeOf(node)[1];
  const inFlow = found.holder !== undefined && isFlow(found.holder.collection);
  if (isBlockScalar(node)) {
    const isKept = typeof value === "string" && isLiteral(value) && !value.endsWith("\n\n");
    const indent = isKept ? literalIndent(source.text.slice(from, to)) : undefined;
    if (isKept && indent !== undefined) return { from, to, insert: printLiteral(value, indent, style) };
  }
  const quote = isScalar(node) && typeof node.value === "string" ? ((node.type ?? "PLAIN") as Quote) : "PLAIN";
  const known = quote === "QUOTE_SINGLE" || quote === "QUOTE_DOUBLE" ? quote : "PLAIN";
  if (!inFlow && known === "PLAIN" && typeof value === "string" && isLiteral(value) && found.holder) {
    const printed = printLiteral(value, columnOfHolder(source, found) + style.step, style);
    const hasComment = /#/.test(source.text.slice(to, lineEnd(source.text, to)));
    if (!hasComment && !value.endsWith("\n\n")) return { from, to, insert: printed };
  }
  return { from, to, insert: printScalar(value, known, inFlow) };
}

function columnOfHolder(source: Source, found: Found): number {
  const item = found.holder && itemsOf(source, found.holder.collection)[found.holder.index];
  return item ? columnOf(source.text, item.head) : 0;
}

function literalIndent(written: string): number | undefined {
  const line = written
    .split("\n")
    .slice(1)
    .find((one) => one.trim() !== "");
  return line ? /^ */.exec(line)?.[0].length : undefined;
}

function replaceRoot(source: Source, style: Style, node: Node | null, value: Data): TextEdit {
  const printed = isDataMap(value) && Object.keys(value).length > 0 ? printMap(value, 0, style) : printFlow(value);
  if (node && !isVoid(node)) return { from: rangeOf(node)[0], to: endOf(source.text, node), insert: printed };
  const at = source.text.length;
  const glue = at > 0 && !source.text.endsWith("\n") ? style.newline : "";
  return { from: at, to: at, insert: glue + printed + style.newline };
}

function addKey(
  source: Source,
  style: Style,
  found: Found,
  key: string,
  value: Data,
  behind: string | undefined,
): TextEdit[] {
  const { node } = found;
  if (isAlias(node)) throw new Refused("This map is an alias: change it where its anchor stands", {}, node.range?.[0]);
  if (node === null || isVoid(node)) return replace(source, style, found, { [key]: value });
  if (!isMap(node)) throw new Refused("Only a map takes a key, and this is none");
  if (node.items.some((pair) => keyOf(pair) === key)) throw new Refused("There is a '{name}' already", { name: key });
  if (isFlow(node)) {
    const isOuterFlow = found.holder === undefined || isFlow(found.holder.collection);
    if (node.items.length === 0 && !isOuterFlow) return replace(source, style, found, { [key]: value });
    return addToFlow(source, node, node.items.length, printFlow({ [key]: value }).slice(1, -1));
  }
  const items = itemsOf(source, node);
  const last = items[node.items.findIndex((pair) => keyOf(pair) === behind)] ?? items.at(-1);
  if (!last) throw new Refused("This map is edited as text only");
  const indent = indentOf(source, node);
  const printed = printPair(key, value, indent, style);
  return [{ from: last.lineEnd, to: last.lineEnd, insert: style.newline + " ".repeat(indent) + printed }];
}

function isSingle(value: Data): value is null | boolean | number | string {
  return value === null || typeof value !== "object";
}
