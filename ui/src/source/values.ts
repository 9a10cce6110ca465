import { isAlias, visit } from "yaml";
import { dataOf, parseData, parseSource } from "./document";
import { type Data, valueAt } from "./intents";
import type { TaskPlace } from "./tasks";

/** The data of one task: read from its own lines where they stand for themselves, and from the whole text elsewhere. */
export function dataOfTask(text: string, place: TaskPlace): Data | undefined {
  return ownData(text, place) ?? wholeData(text, place);
}

function ownData(text: string, { from, to, path, list }: TaskPlace): Data | undefined {
  const start = text.lastIndexOf("\n", from - 1) + 1;
  if (text[from] !== "-" || text.slice(start, from).trim() !== "") return undefined;
  const source = parseSource(text.slice(start, to));
  if (source.errors.length > 0) return undefined;
  let isAlone = true;
  visit(source.document, (_, node) => {
    if (isAlias(node)) isAlone = false;
  });
  const data = isAlone ? dataOf(source) : undefined;
  return data === undefined ? undefined : valueAt(data, [0, ...path.slice(list.length + 1)]);
}

function wholeData(text: string, { path }: TaskPlace): Data | undefined {
  const data = parseData(text);
  return data === undefined ? undefined : valueAt(data, path);
}
