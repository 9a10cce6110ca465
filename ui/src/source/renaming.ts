import { isMap, isScalar, type Node, type Scalar, visit } from "yaml";
import { find, keyOf, parseSource, type Source } from "./document";
import { applyEdits, shrinkEdits, type TextEdit } from "./edits";
import { isFlow, rangeOf } from "./geometry";
import { type Path, Refused, show } from "./intents";
import { printText, type Quote } from "./scalars";

/** Gives a key another name where it stands. */
export function renameKey(source: Source, path: Path, key: string): TextEdit[] {
  const holder = find(source, path)?.holder;
  if (!holder || !isMap(holder.collection)) throw new Refused("{path} is no key", { path: show(path) });
  const pair = holder.collection.items[holder.index];
  if (!pair || keyOf(pair) === undefined) throw new Refused("{path} is no key", { path: show(path) });
  const node = pair.key as Node;
  const [from, to] = rangeOf(node);
  const written = isScalar(node) ? (node.type as Quote | undefined) : undefined;
  const quote = written === "QUOTE_SINGLE" || written === "QUOTE_DOUBLE" ? written : "PLAIN";
  return [{ from, to, insert: printText(key, quote, isFlow(holder.collection)) }];
}

/**
 * Gives a task another id, and every place that names it: `outputs.<id>` in expressions, and `dependsOn`.
 *
 * @param path Of the task, not of its id.
 */
export function renameTask(text: string, path: Path, id: string): { edits: TextEdit[]; text: string } {
  const source = parseSource(text);
  const found = find(source, [...path, "id"]);
  if (!found?.node || !isScalar(found.node)) throw new Refused("{path} has no id", { path: show(path) });
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(id)) {
    throw new Refused("An id has letters, digits, dashes and underscores, and begins with a letter or digit");
  }
  if (idsOf(source).has(id)) throw new Refused("There is a task '{id}' already", { id });
  const old = String(found.node.value);
  const edits: TextEdit[] = [];
  visit(source.document, {
    Scalar(key, node, parents) {
      if (!node.range || key === "key") return;
      if (node === found.node) edits.push(replaced(node, id));
      else if (node.value === old && isDependency(parents)) edits.push(replaced(node, id));
      else edits.push(...references(text, node, old, id));
    },
  });
  const small = shrinkEdits(text, edits);
  return { edits: small, text: applyEdits(text, small) };
}

function replaced(node: Node, id: string): TextEdit {
  const [from, to] = rangeOf(node);
  const quote = isScalar(node) ? (node.type as Quote) : "PLAIN";
  return { from, to, insert: printText(id, quote === "QUOTE_SINGLE" || quote === "QUOTE_DOUBLE" ? quote : "PLAIN") };
}

/** Names of the task between `{{ }}` and `{% %}` of a written value. */
function references(text: string, node: Scalar, old: string, id: string): TextEdit[] {
  const edits: TextEdit[] = [];
  const [from, to] = rangeOf(node);
  // Inside of a text in single quotes only the other ones need no doubling.
  const bracket = node.type === "QUOTE_SINGLE" ? '"' : "'";
  for (const expression of text.slice(from, to).matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)) {
    const start = from + expression.index;
    const name = old.replace(/[^\w]/g, "\\$&");
    const pattern = new RegExp(`(?<![\\w.])outputs(?:\\.(${name})(?![\\w-])|\\[(''|\\\\?["'])(${name})\\2\\])`, "g");
    for (const match of expression[0].matchAll(pattern)) {
      const at = start + match.index + "outputs".length;
      const dotted = match[1] !== undefined;
      if (!dotted) {
        const quote = match[2] ?? "'";
        edits.push({ from: at, to: at + match[0].length - "outputs".length, insert: `[${quote}${id}${quote}]` });
      } else {
        // A dash would be read as a minus behind a dot.
        const insert = id.includes("-") ? `[${bracket}${id}${bracket}]` : `.${id}`;
        edits.push({ from: at, to: at + 1 + old.length, insert });
      }
    }
  }
  return edits;
}

function isDependency(parents: readonly unknown[]): boolean {
  const holder = parents.at(-2);
  return (
    typeof holder === "object" &&
    holder !== null &&
    "key" in holder &&
    String((holder as { key: unknown }).key) === "dependsOn"
  );
}

function idsOf(source: Source): Set<string> {
  const ids = new Set<string>();
  visit(source.document, {
    Map(_, map) {
      const id = map.get("id");
      if (map.has("type") && typeof id === "string") ids.add(id);
    },
  });
  return ids;
}
