import { diffIndices } from "node-diff3";
import { parseData } from "./document";
import { type Data, isMap, sameData, valueAt } from "./intents";
import { tasksOf } from "./tasks";

/** What two texts of one flow differ in. */
export interface Comparison {
  /** The ids of tasks and triggers that both have, and that are told something else. */
  changed: Set<string>;
  /** The keys of the flow that differ, apart from its tasks and triggers. */
  keys: string[];
  /** How many lines came and went. */
  come: number;
  gone: number;
}

const TASK_LISTS = new Set(["tasks", "errors", "finally", "afterExecution", "triggers"]);

export function compareTexts(old: string, now: string): Comparison {
  const before = parseData(old) ?? null;
  const after = parseData(now) ?? null;
  const former = ownData(old, before);
  const changed = new Set<string>();
  for (const [id, data] of ownData(now, after)) {
    const other = former.get(id);
    if (other !== undefined && !sameData(other, data)) changed.add(id);
  }
  return { changed, keys: differentKeys(before, after), ...countLines(old, now) };
}

/** How many lines came and went from one text to another. */
export function countLines(old: string, now: string): { come: number; gone: number } {
  const parts = diffIndices(old.split(/\r?\n/), now.split(/\r?\n/));
  return {
    come: parts.reduce((sum, { buffer2 }) => sum + buffer2[1], 0),
    gone: parts.reduce((sum, { buffer1 }) => sum + buffer1[1], 0),
  };
}

/** What each task is told itself; what is in the tasks it holds is theirs. */
function ownData(text: string, data: Data): Map<string, Data> {
  return new Map(
    tasksOf(text).map(({ id, path, lists }): [string, Data] => {
      const inner = new Set(lists.map((list) => String(list[path.length])));
      const task = valueAt(data, path) ?? null;
      if (!isMap(task)) return [id, task];
      return [id, Object.fromEntries(Object.entries(task).filter(([key]) => !inner.has(key)))];
    }),
  );
}

function differentKeys(before: Data, after: Data): string[] {
  const [one, other] = [isMap(before) ? before : {}, isMap(after) ? after : {}];
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.filter((key) => !TASK_LISTS.has(key) && !sameData(one[key], other[key]));
}
