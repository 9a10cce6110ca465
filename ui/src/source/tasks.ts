import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { keyOf, parseSource, type Source } from "./document";
import { endOf, type Item, itemsOf } from "./geometry";
import type { Path } from "./intents";

/** A task or trigger where it stands in the text. */
export interface TaskPlace {
  id: string;
  type: string;
  path: Path;
  /** The list it is an item of. */
  list: Path;
  index: number;
  from: number;
  to: number;
  /** Ids of the tasks around it, the outermost first. */
  parents: string[];
  isDisabled: boolean;
  /** What it is about, in a few words: its description, or the first text it is told. */
  note: string;
  /** The lists of tasks that are written in it, by path; empty ones too. */
  lists: Path[];
}

const MOST_NOTE = 80;
const NO_NOTE = new Set(["id", "type", "disabled", "description", "runIf", "when", "timeout", "version", "logLevel"]);

const LISTS = new Set([
  "tasks",
  "errors",
  "finally",
  "afterExecution",
  "then",
  "else",
  "defaults",
  "onPause",
  "triggers",
]);

/** Every task and trigger of a text in its order, as far as it can be read. */
export function tasksOf(text: string): TaskPlace[] {
  return tasksIn(parseSource(text));
}

/** The same of a text that is parsed already. */
export function tasksIn(source: Source): TaskPlace[] {
  const places: TaskPlace[] = [];
  const root = source.document.contents as Node | null;
  if (isMap(root)) walkMap(root, [], []);
  return places;

  function walkMap(map: YAMLMap, path: Path, parents: string[]): void {
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = keyOf(pair);
      if (key === undefined) continue;
      if (LISTS.has(key) && isSeq(pair.value)) walkList(pair.value, [...path, key], parents);
      else if (key === "cases" && isMap(pair.value)) {
        for (const one of pair.value.items as Pair<Node, Node | null>[]) {
          const name = keyOf(one);
          if (name !== undefined && isSeq(one.value)) walkList(one.value, [...path, key, name], parents);
        }
      }
    }
  }

  function walkList(list: YAMLSeq, path: Path, parents: string[]): void {
    const lines = linesOf(list);
    list.items.forEach((item, index) => {
      const place = [...path, index];
      if (!isMap(item)) return;
      // An entry of a Dag holds its task under a key of its own.
      const inner = item.get("task", true) as Node | undefined;
      const [task, at] = isMap(inner) && !item.has("id") ? [inner, [...place, "task"]] : [item, place];
      const id = textOf(task, "id");
      const type = textOf(task, "type");
      if (id === undefined || type === undefined) return;
      const span = spanOf(lines?.[index], item);
      const isDisabled = textOf(task, "disabled") === "true";
      const lists = listsOf(task, at);
      places.push({ id, type, path: at, list: path, index, parents, isDisabled, note: noteOf(task), lists, ...span });
      walkMap(task, at, [...parents, id]);
    });
  }

  /** The lines of all items at once; none for a list that is written in a rare way. */
  function linesOf(list: YAMLSeq): Item[] | undefined {
    if (list.flow) return undefined;
    try {
      return itemsOf(source, list);
    } catch {
      return undefined;
    }
  }

  /** Where the lines are not known, the node's own range is near enough for showing it. */
  function spanOf(lines: Item | undefined, item: Node): { from: number; to: number } {
    if (lines) return { from: lines.head, to: lines.lineEnd };
    return { from: item.range?.[0] ?? 0, to: endOf(source.text, item) };
  }
}

/** The innermost task around an offset. */
export function taskAt(places: readonly TaskPlace[], offset: number): TaskPlace | undefined {
  return places.findLast(({ from, to }) => from <= offset && offset <= to);
}

/** The dotted ids that name the node of a task in a graph. */
export function nodeOf({ list, parents, id }: Pick<TaskPlace, "list" | "parents" | "id">): string {
  return ["root", ...(list[0] === "triggers" ? ["Triggers"] : []), ...parents, id].join(".");
}

/** Finds a task by the dotted ids of its node in a graph. */
export function taskOfNode(places: readonly TaskPlace[], uid: string): TaskPlace | undefined {
  const ids = uid.replace(/^root\.(Triggers\.)?/, "");
  return places.find((place) => [...place.parents, place.id].join(".") === ids);
}

/** An id that no task has: the wanted one, or the same with a number. */
export function freeId(places: readonly Pick<TaskPlace, "id">[], wanted: string): string {
  const taken = new Set(places.map(({ id }) => id));
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) {
    if (!taken.has(`${wanted}_${number}`)) return `${wanted}_${number}`;
  }
}

function listsOf(task: YAMLMap, path: Path): Path[] {
  return (task.items as Pair<Node, Node | null>[]).flatMap((pair) => {
    const key = keyOf(pair);
    if (key === "cases" && isMap(pair.value)) {
      return (pair.value.items as Pair<Node, Node | null>[]).flatMap((one) => {
        const name = keyOf(one);
        return name === undefined ? [] : [[...path, key, name]];
      });
    }
    return key !== undefined && LISTS.has(key) ? [[...path, key]] : [];
  });
}

function noteOf(task: YAMLMap): string {
  const described = textOf(task, "description");
  const told = (task.items as Pair<Node, Node | null>[]).find((pair) => {
    const key = keyOf(pair);
    return key !== undefined && !NO_NOTE.has(key) && isScalar(pair.value) && typeof pair.value.value === "string";
  });
  const text = described ?? (isScalar(told?.value) ? String(told.value.value) : "");
  return (text.split("\n").find((line) => line.trim() !== "") ?? "").trim().slice(0, MOST_NOTE);
}

function textOf(map: YAMLMap, key: string): string | undefined {
  const value = map.get(key, true) as Node | undefined;
  return isScalar(value) && value.value !== null ? String(value.value) : undefined;
}
