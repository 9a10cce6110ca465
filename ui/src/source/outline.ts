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

/**
 * The tasks of a flow as they are nested in its text, part by part; `tasks` is there even when nothing is in it.
 *
 * @param known What was made before of the same places; a block like before is the same object again.
 */
export function outlineOf(
  places: readonly TaskPlace[],
  known: WeakMap<TaskPlace, Block> = new WeakMap(),
): Map<string, BlockList> {
  const lists = new Map<string, Block[]>();
  // What a task holds stands behind it in the text: from the end on, each list is whole before its holder is met.
  for (const place of places.toReversed()) {
    const made = { place, lists: listsOf(place, lists) };
    const old = known.get(place);
    const block = old && isSame(old, made) ? old : made;
    known.set(place, block);
    const key = keyOf(place.list);
    const list = lists.get(key);
    if (list) list.push(block);
    else lists.set(key, [block]);
  }
  return new Map(
    PARTS.filter((part) => part === "tasks" || lists.has(part)).map((part) => [
      part,
      { path: [part], name: part, blocks: inOrder(lists.get(part)) },
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
    return { path, name: paths.length === 1 && name === "tasks" ? "" : name, blocks: inOrder(lists.get(keyOf(path))) };
  });
}

function inOrder(blocks: Block[] | undefined): Block[] {
  return blocks?.toReversed() ?? [];
}

function isSame(one: Block, other: Block): boolean {
  return (
    one.lists.length === other.lists.length &&
    one.lists.every((list, at) => {
      const its = other.lists[at];
      return (
        its?.name === list.name &&
        its.blocks.length === list.blocks.length &&
        list.blocks.every((block, index) => block === its.blocks[index])
      );
    })
  );
}

function lastOf(type: string): string {
  return type.split(".").at(-1) ?? "";
}

function keyOf(path: Path): string {
  return path.join("\n");
}
