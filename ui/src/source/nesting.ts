import { isMap, type Node } from "yaml";
import { find, keyOf, type Source } from "./document";
import type { TextEdit } from "./edits";
import { columnOf, endOf, isFlow, itemsOf, lineStart, rangeOf } from "./geometry";
import { type Path, Refused, show } from "./intents";
import type { Style } from "./print";
import { printText } from "./scalars";

/** Puts a value below `key` of a new map called `under`: its lines move in by a step, and its comments with them. */
export function nestValue(source: Source, style: Style, path: Path, under: string, key: string): TextEdit[] {
  const holder = find(source, path)?.holder;
  const map = holder?.collection;
  const pair = map && isMap(map) ? map.items[holder.index] : undefined;
  if (!map || !pair || keyOf(pair) === undefined) throw new Refused("{path} is no key", { path: show(path) });
  const { text } = source;
  const [from, to] = rangeOf(pair.key as Node);
  const inner = printText(key, "PLAIN", isFlow(map));
  const outer = printText(under, "PLAIN", isFlow(map));
  if (isFlow(map)) {
    const end = pair.value ? endOf(text, pair.value as Node) : to;
    return [
      { from, to, insert: `${outer}: {${inner}` },
      { from: end, to: end, insert: "}" },
    ];
  }
  const item = itemsOf(source, map)[holder.index];
  if (!item) throw new Refused("There is no such item");
  const step = " ".repeat(style.step);
  const indent = " ".repeat(columnOf(text, item.head)) + step;
  const edits = [{ from, to, insert: `${outer}:${style.newline}${indent}${inner}` }];
  for (let at = text.indexOf("\n", to) + 1; at > 0 && at < item.lineEnd; at = text.indexOf("\n", at) + 1) {
    const isBlank = /^[ \t]*(?:\r?\n|$)/.test(text.slice(at));
    if (!isBlank && lineStart(text, at) === at) edits.push({ from: at, to: at, insert: step });
  }
  return edits;
}
