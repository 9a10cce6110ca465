/**
 * Carries intents out on text, with the smallest change that does it.
 *
 * The text is the only truth: an edit touches the place it is about and leaves every other byte as it was, comments,
 * blank lines, quotes and line endings included. Each result is read again and compared with the same intent carried
 * out on the data; what does not come out equal is tried once more by writing the nearest enclosing value anew, and
 * refused when that does not help. Nothing is ever printed whole, and nothing is dropped silently.
 */

import { type Read, readText } from "./chunk";
import { find, type Source } from "./document";
import { applyEdits, shrinkEdits, type TextEdit } from "./edits";
import { applyToData, type Data, type Intent, type Path, Refused, sameData, valueAt } from "./intents";
import { insertItem, removeEntry } from "./lists";
import { moveAcross, moveWithin, wrapItem } from "./moving";
import { nestValue } from "./nesting";
import type { Style } from "./print";
import { renameKey } from "./renaming";
import { replace, setValue } from "./setting";
import { styleOf } from "./style";

export interface Patch {
  edits: TextEdit[];
  /** The text after the edits. */
  text: string;
  /** The nearest enclosing value had to be written anew. */
  isRewritten: boolean;
  /** The text after the edits, read. */
  after: Read;
}

/**
 * Finds the edits for an intent.
 *
 * @throws Refused when the place cannot be edited without knowing more than an intent says.
 */
export function patch(
  text: string,
  intent: Intent,
  { source, data: before }: Read = readText(text),
  style: Style = styleOf(source),
): Patch {
  if (before === undefined) throw new Refused("The text cannot be read as it stands", {}, source.errors[0]?.offset);
  const wanted = applyToData(before, intent);
  const attempts: (() => TextEdit[])[] = [
    () => minimal(source, style, intent, before),
    ...enclosing(intent).map((path) => () => {
      const found = find(source, path);
      const value = valueAt(wanted, path);
      if (!found || value === undefined) throw new Refused("This place is edited as text only");
      return replace(source, style, found, value);
    }),
  ];
  let reason: Refused | undefined;
  for (const [index, attempt] of attempts.entries()) {
    try {
      const edits = shrinkEdits(text, attempt());
      const result = applyEdits(text, edits);
      const after = readText(result);
      if (isRight(source, after, wanted)) return { edits, text: result, isRewritten: index > 0, after };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      reason ??= error;
    }
  }
  throw reason ?? new Refused("This place is written in a way that is edited as text only");
}

function minimal(source: Source, style: Style, intent: Intent, data: Data): TextEdit[] {
  switch (intent.kind) {
    case "set":
      return setValue(source, style, intent.path, intent.value, intent.behind);
    case "remove":
      return removeEntry(source, style, intent.path);
    case "insert":
      return insertItem(source, style, intent.path, intent.index, intent.value);
    case "wrap":
      return wrapItem(source, style, intent.path, intent.value, intent.key, valueAt(data, intent.path) ?? null);
    case "rename":
      return renameKey(source, intent.path, intent.key);
    case "nest":
      return nestValue(source, style, intent.path, intent.under, intent.key);
    case "move": {
      const from = intent.from.at(-1);
      if (typeof from !== "number") throw new Refused("Only items of lists are moved");
      if (isSamePath(intent.from.slice(0, -1), intent.to)) return moveWithin(source, intent.to, from, intent.index);
      return moveAcross(source, style, intent.from, intent.to, intent.index, valueAt(data, intent.from) ?? null);
    }
  }
}

/** Where to write a value anew: the place itself, then what holds it; never the whole document. */
function enclosing(intent: Intent): Path[] {
  if (intent.kind === "move") {
    const holder = intent.from.slice(0, -1);
    return isSamePath(holder, intent.to) ? [holder] : [];
  }
  if (intent.kind === "insert") return [intent.path];
  // Written anew, a task or a value would lose its comments for nothing: it is refused instead.
  if (intent.kind === "wrap" || intent.kind === "nest") return [];
  const paths = intent.kind === "set" ? [intent.path, intent.path.slice(0, -1)] : [intent.path.slice(0, -1)];
  return paths.filter((path) => path.length > 0);
}

function isRight(source: Source, { source: after, data }: Read, wanted: Data): boolean {
  if (after.errors.length > source.errors.length || after.others.length !== source.others.length) return false;
  const others = after.others.every((one, at) => one.toString() === source.others[at]?.toString());
  return others && sameData(data, wanted);
}

function isSamePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, at) => step === other[at]);
}
