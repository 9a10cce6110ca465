/** What of the data of a flow is a task, and which tasks it holds. */

import type { GraphNode } from "../api/types";
import { type Data, isMap } from "../source/intents";

export interface Task {
  told: NonNullable<GraphNode["task"]>;
  isSubflow: boolean;
  /** Those it waits for, among the tasks of a Dag. */
  dependsOn: string[];
  /** Absent for a task that holds no other. */
  held: Held | undefined;
}

export interface Held {
  /** How the lists are joined: one after another, all at once, one of them, or by what each waits for. */
  kind: Kind;
  relation: string;
  lists: { name: string; tasks: Task[] }[];
  errors: Task[];
  finally: Task[];
}

type Kind = "sequential" | "parallel" | "choice" | "dag";

interface Holder {
  kind: Kind;
  relation: string;
  /** The properties that hold tasks; `cases` holds a list for each of its keys. */
  lists: readonly string[];
}

const TASKS = ["tasks"];
const IN_TURN: Holder = { kind: "sequential", relation: "SEQUENTIAL", lists: TASKS };
const AGAIN: Holder = { kind: "sequential", relation: "DYNAMIC", lists: TASKS };

/** The tasks of the engine that hold others, by the last part of their names. */
const HOLDERS = new Map<string, Holder>(
  Object.entries({
    Sequential: IN_TURN,
    AllowFailure: IN_TURN,
    WorkingDirectory: IN_TURN,
    Worker: IN_TURN,
    LoopUntil: IN_TURN,
    WaitFor: IN_TURN,
    Pause: { ...IN_TURN, lists: ["onPause", "tasks"] },
    Approval: { ...IN_TURN, lists: ["onWait", "onApprove", "onDeny"] },
    Template: { ...IN_TURN, lists: [] },
    ForEachItem: { ...IN_TURN, lists: [] },
    ForEach: AGAIN,
    EachSequential: AGAIN,
    Loop: AGAIN,
    EachParallel: { kind: "parallel", relation: "DYNAMIC", lists: TASKS },
    Parallel: { kind: "parallel", relation: "PARALLEL", lists: TASKS },
    Dag: { kind: "dag", relation: "PARALLEL", lists: TASKS },
    If: { kind: "choice", relation: "CHOICE", lists: ["then", "else"] },
    Switch: { kind: "choice", relation: "CHOICE", lists: ["cases", "defaults"] },
  } satisfies Record<string, Holder>),
);
const OF_THE_ENGINE = /^io\.kestra\.(?:plugin\.core\.flow|core\.tasks\.flows)\.(\w+)$/;
/** A task that is run as three. */
const STEPS = [
  ["split", "ForEachItemSplit"],
  ["items", "ForEachItemExecutable"],
  ["merge", "ForEachItemMergeOutputs"],
] as const;

/** The tasks among the items of a list; a single task stands for a list of one. */
export function tasksOf(list: Data | undefined): Task[] {
  const items = Array.isArray(list) ? list : isMap(list) ? [list] : [];
  return items.flatMap((item) => taskOf(item) ?? []);
}

function taskOf(item: Data): Task | undefined {
  if (!isMap(item)) return undefined;
  // An entry of a Dag holds its task under a key of its own.
  if (isMap(item.task) && !("id" in item)) {
    const dependsOn = Array.isArray(item.dependsOn) ? item.dependsOn.map(String) : [];
    const inner = taskOf(item.task);
    return inner && { ...inner, dependsOn };
  }
  const id = textOf(item.id);
  const type = textOf(item.type);
  if (id === undefined || type === undefined) return undefined;
  const told = { id, type, ...(item.disabled === true && { disabled: true }) };
  const name = OF_THE_ENGINE.exec(type)?.[1];
  return { told, isSubflow: name === "Subflow" || name === "Flow", dependsOn: [], held: heldBy(item, name, told) };
}

function heldBy(item: { [key: string]: Data }, name: string | undefined, told: Task["told"]): Held | undefined {
  // A type that is written only in part, or brought by a plugin, holds what its lists say.
  const holder = name === undefined ? IN_TURN : HOLDERS.get(name);
  if (!holder) return undefined;
  const { kind, relation } = holder;
  const lists = name === "ForEachItem" ? [{ name: "tasks", tasks: stepsOf(told) }] : listsOf(item, holder);
  const held = { kind, relation, lists, errors: tasksOf(item.errors), finally: tasksOf(item.finally) };
  const isEmpty = [...lists.map(({ tasks }) => tasks), held.errors, held.finally].every(({ length }) => length === 0);
  return isEmpty ? undefined : held;
}

/** The lists in the order of the text. */
function listsOf(item: { [key: string]: Data }, { lists }: Holder): Held["lists"] {
  return Object.entries(item).flatMap(([key, value]) => {
    if (!lists.includes(key) || value === null) return [];
    if (key !== "cases") return [{ name: key, tasks: tasksOf(value) }];
    return isMap(value) ? Object.entries(value).map(([name, tasks]) => ({ name, tasks: tasksOf(tasks) })) : [];
  });
}

function stepsOf({ id, type }: Task["told"]): Task[] {
  return STEPS.map(([suffix, name]) => ({
    told: { id: `${id}_${suffix}`, type: `${type}$${name}` },
    isSubflow: false,
    dependsOn: [],
    held: undefined,
  }));
}

function textOf(value: Data | undefined): string | undefined {
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}
