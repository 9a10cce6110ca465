import { isSeq, Lexer } from "yaml";
import { type Collection, find, parseSource, type Source } from "./document";
import { applyEdits, differenceOf, type TextEdit } from "./edits";
import { columnOf, type Item, isFlow, itemsOf, lineStart } from "./geometry";
import { type Data, type Path, Refused, show } from "./intents";
import { insertItem, insertPrinted, removeEntry } from "./lists";
import type { Style } from "./print";

/** Moves an item to another place of its list: the lines between items stay where they are. */
export function moveWithin(source: Source, path: Path, from: number, to: number): TextEdit[] {
  const list = find(source, path)?.node;
  if (!isSeq(list)) throw new Refused("{path} is no list", { path: show(path) });
  if (isFlow(list)) return moveInFlow(source, list, from, to);
  const { text } = source;
  const items = itemsOf(source, list);
  const first = Math.min(from, to);
  const last = Math.max(from, to);
  const range = items.slice(first, last + 1);
  const blocks = range.map((item) => blockOf(text, item));
  const gaps = range.slice(1).map((item, at) => gapBetween(text, range[at] as Item, item));
  const moved = blocks.toSpliced(from - first, 1).toSpliced(to - first, 0, blocks[from - first] as string);
  const start = startOf(text, range[0] as Item);
  const end = (range.at(-1) as Item).lineEnd;
  return [{ from: start, to: end, insert: moved.map((block, at) => block + (gaps[at] ?? "")).join("") }];
}

/** Moves an item to another list: out of the one, then into the other with its text shifted to the new column. */
export function moveAcross(source: Source, style: Style, from: Path, to: Path, index: number, value: Data): TextEdit[] {
  const found = find(source, from);
  const list = found?.holder?.collection;
  if (!list || !isSeq(list)) throw new Refused("{path} is no item of a list", { path: show(from) });
  const { text } = source;
  const item = isFlow(list) ? undefined : itemsOf(source, list)[found.holder?.index ?? -1];
  const removal = removeEntry(source, style, from);
  const rest = applyEdits(text, removal);
  const target = parseSource(rest);
  const edits = item
    ? insertPrinted(target, style, to, index, value, (indent) => shifted(text, item, indent))
    : insertPrinted(target, style, to, index, value, () => {
        throw new Refused("An item between brackets is moved as text only");
      });
  const result = applyEdits(rest, edits);
  if (commentsOf(result) < commentsOf(text)) {
    throw new Refused("Between brackets there is no place for this task's comments: move it as text");
  }
  return [{ from: 0, to: text.length, insert: result }];
}

/** Puts a new item before another and moves that into a list of the new one. */
export function wrapItem(
  source: Source,
  style: Style,
  path: Path,
  wrapper: { [key: string]: Data },
  key: string,
  item: Data,
): TextEdit[] {
  const list = path.slice(0, -1);
  const index = path.at(-1);
  if (typeof index !== "number") throw new Refused("Only items of lists are wrapped");
  if (Object.hasOwn(wrapper, key)) throw new Refused("There is a '{name}' already", { name: key });
  const before = insertItem(source, style, list, index, { ...wrapper, [key]: [] });
  const opened = applyEdits(source.text, before);
  const inner = moveAcross(parseSource(opened), style, [...list, index + 1], [...list, index, key], 0, item);
  return differenceOf(source.text, applyEdits(opened, inner));
}

function commentsOf(text: string): number {
  return [...new Lexer().lex(text)].filter((token) => token.startsWith("#")).length;
}

function moveInFlow(source: Source, list: Collection, from: number, to: number): TextEdit[] {
  const { text } = source;
  const spans = list.items.map((item) => (item as { range: [number, number] }).range);
  const order = spans.map((_, at) => at);
  const moved = order.toSpliced(from, 1).toSpliced(to, 0, from);
  return moved.flatMap((origin, at) => {
    const place = spans[at];
    const other = spans[origin];
    return place && other && origin !== at
      ? [{ from: place[0], to: place[1], insert: text.slice(other[0], other[1]) }]
      : [];
  });
}

/** The text of an item from its first comment on, without the indentation of its first line. */
function blockOf(text: string, item: Item): string {
  return text.slice(startOf(text, item), item.lineEnd);
}

function startOf(text: string, item: Item): number {
  return item.lead === item.head ? item.head : item.lead + columnOf(text, item.head);
}

function gapBetween(text: string, one: Item, next: Item): string {
  return text.slice(one.lineEnd, startOf(text, next));
}

/** An item's text for another column; every line goes along by the same width. */
function shifted(text: string, item: Item, indent: number): string {
  const by = indent - columnOf(text, item.head);
  const start = item.isInline ? item.head : lineStart(text, item.lead);
  const lines = text.slice(start, item.lineEnd).split("\n");
  return lines
    .map((line, at) => {
      if (line.trim() === "" || (at === 0 && item.isInline)) return line;
      if (by >= 0) return " ".repeat(by) + line;
      if (line.slice(0, -by).trim() !== "") throw new Refused("A line of this task stands too far left to be moved");
      return line.slice(-by);
    })
    .join("\n")
    .slice(item.isInline ? 0 : indent);
}
