import type { Path } from "./intents";
import type { TaskPlace } from "./tasks";

/** A task with the lists of tasks that it holds. */
export interface Block {
  place: TaskPlace;
  lists: BlockList[];
}

/** Tasks one after another, and the list of the text that they are items of. */
export interface BlockList {
  path: Path;
  /** What of its task it is, such as `then` or the name of a case; empty for its only list. */
  name: string;
  blocks: Block[];
}

/** What tasks of a type hold others in; the rest hold none until they are written. */
const HOLDS: Record<string, string[]> = {
  If: ["then", "else"],
  Switch: ["defaults"],
};
const HOLDERS =
  /\.flow\.(ForEach|EachSequential|EachParallel|Parallel|Sequential|Loop|LoopUntil|WaitFor|AllowFailure|Dag|WorkingDirectory)$/;
const PARTS = ["triggers", "tasks", "errors", "finally", "afterExecution"];

/** The tasks of a flow as they are nested in its text, part by part; `tasks` is there even when nothing is in it. */
export function outlineOf(places: readonly TaskPlace[]): Map<string, BlockList> {
  const lists = new Map<string, Block[]>();
  const blocks = places.map((place): Block => ({ place, lists: [] }));
  for (const block of blocks) {
    const key = keyOf(block.place.list);
    lists.set(key, [...(lists.get(key) ?? []), block]);
  }
  for (const block of blocks) block.lists = listsOf(block.place, lists);
  return new Map(
    PARTS.filter((part) => part === "tasks" || lists.has(part)).map((part) => [
      part,
      { path: [part], name: part, blocks: lists.get(part) ?? [] },
    ]),
  );
}

/** Tells whether tasks of a type hold others. */
export function holdsTasks(type: string): boolean {
  return HOLDERS.test(type) || lastOf(type) in HOLDS;
}

/** Tells whether a list lies in a task, however deep; nothing is moved into itself. */
export function isInside(list: Path, place: TaskPlace): boolean {
  return place.path.every((step, at) => list[at] === step) && list.length > place.path.length;
}

function listsOf(place: TaskPlace, lists: ReadonlyMap<string, Block[]>): BlockList[] {
  const wanted = HOLDS[lastOf(place.type)] ?? (HOLDERS.test(place.type) ? ["tasks"] : []);
  const paths = [...place.lists];
  for (const key of wanted) {
    if (!paths.some((path) => path.at(-1) === key && path.length === place.path.length + 1)) {
      paths.push([...place.path, key]);
    }
  }
  return paths.map((path) => {
    const name = String(path.at(-1));
    return { path, name: paths.length === 1 && name === "tasks" ? "" : name, blocks: lists.get(keyOf(path)) ?? [] };
  });
}

function lastOf(type: string): string {
  return type.split(".").at(-1) ?? "";
}

function keyOf(path: Path): string {
  return path.join("\n");
}
