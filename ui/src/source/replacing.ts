/** What a flow writes in place of types and properties that should no longer be written. */

import { type Data, type Intent, isMap, type Path, valueAt } from "./intents";

export interface Replacement {
  /** What is written instead, in one word; absent where the old one is only taken away. */
  name?: string;
  /** One after another, each in terms of what those before it gave. */
  steps: Intent[];
  /** What the flow does then is not quite the same. */
  isOther?: boolean;
}

type Step = (holder: Path, key: string, map: Fields) => Replacement | undefined;
type Fields = { [key: string]: Data };

const FOR_EACH = "io.kestra.plugin.core.flow.ForEach";
const LOG = "io.kestra.plugin.core.log.Log";
const DOCKER = "io.kestra.plugin.scripts.runner.docker.Docker";
const RUNNERS: Record<string, string> = { PROCESS: "io.kestra.plugin.core.runner.Process", DOCKER };

const TYPES: Record<string, (place: Path, map: Fields) => Replacement | undefined> = {
  "flow.EachSequential": (place) => ({
    name: "ForEach",
    steps: [typed(place, FOR_EACH), renamed(place, "value", "values")],
  }),
  "flow.EachParallel": (place, map) => {
    if ("concurrencyLimit" in map) return undefined;
    const limit: Intent =
      "concurrent" in map
        ? renamed(place, "concurrent", "concurrencyLimit")
        : { kind: "set", path: [...place, "concurrencyLimit"], value: 0, behind: "values" };
    // There every task was on its own; a ForEach runs those of one value one after another.
    const isOther = !Array.isArray(map.tasks) || map.tasks.length > 1;
    return { name: "ForEach", steps: [typed(place, FOR_EACH), renamed(place, "value", "values"), limit], isOther };
  },
  "debug.Echo": (place, map) => ({
    name: LOG.slice(LOG.lastIndexOf(".") + 1),
    steps: [
      typed(place, LOG),
      "format" in map
        ? renamed(place, "format", "message")
        : { kind: "set", path: [...place, "message"], value: "", behind: "type" },
    ],
  }),
};

const PROPERTIES: [type: RegExp, Record<string, Step>][] = [
  [/\.http\./, { allowFailed: below("options"), sslOptions: below("options", "ssl") }],
  [/\.jdbc\./, { fetch: fetched("FETCH"), fetchOne: fetched("FETCH_ONE"), store: fetched("STORE") }],
  [/\.flow\.Pause$/, { delay: called("pauseDuration") }],
  [/\.Schedule$/, { scheduleConditions: called("conditions"), backfill: dropped }],
  [/\.MultipleCondition$/, { window: below("timeWindow"), windowAdvance: below("timeWindow") }],
  [/\.PurgeKV$/, { expiredOnly: below("behavior") }],
  [/\.airbyte\./, { httpTimeout: dropped }],
  [/\.scripts\.|\.cli\./, { runner: runnerType, docker: imageAlone, warningOnStdErr: dropped }],
];

/** What stands for a type or a property in a flow; undefined where nothing does that is certain. */
export function replacementOf(data: Data, path: Path): Replacement | undefined {
  const value = valueAt(data, path);
  if (isMap(value) && typeof value.type === "string") {
    const own =
      TYPES[
        value.type
          .split(".")
          .slice(-2)
          .join(".")
          .replace(/^(flow|debug)s\./, "$1.")
      ];
    const found = own?.(path, value);
    if (found) return found;
  }
  const key = path.at(-1);
  const holder = path.slice(0, -1);
  const map = valueAt(data, holder);
  if (typeof key !== "string" || !isMap(map) || typeof map.type !== "string") return undefined;
  const { type } = map;
  const step = PROPERTIES.find(([of, known]) => of.test(type) && Object.hasOwn(known, key))?.[1][key];
  return step?.(holder, key, map);
}

function typed(place: Path, type: string): Intent {
  return { kind: "set", path: [...place, "type"], value: type };
}

function renamed(place: Path, from: string, to: string): Intent {
  return { kind: "rename", path: [...place, from], key: to };
}

function called(name: string): Step {
  return (holder, key, map) => (name in map ? undefined : { name, steps: [renamed(holder, key, name)] });
}

function dropped(holder: Path, key: string): Replacement {
  return { steps: [{ kind: "remove", path: [...holder, key] }] };
}

/** The value goes into a map beside it, which is made where it is not there. */
function below(under: string, name?: string): Step {
  return (holder, key, map) => {
    const path = [...holder, key];
    const inner = name ?? key;
    const beside = map[under];
    if (beside === undefined) return { name: `${under}.${inner}`, steps: [{ kind: "nest", path, under, key: inner }] };
    if (!isMap(beside) || Object.hasOwn(beside, inner)) return undefined;
    const value = map[key] ?? null;
    return {
      name: `${under}.${inner}`,
      steps: [
        { kind: "set", path: [...holder, under, inner], value },
        { kind: "remove", path },
      ],
    };
  };
}

/** One of three switches, of which the first that is on counts before `fetchType`. */
function fetched(type: string): Step {
  return (holder, key, map) => {
    if (map[key] === false) return dropped(holder, key);
    const isAlone = ["fetch", "fetchOne", "store", "fetchType"].every((one) => one === key || !(one in map));
    if (map[key] !== true || !isAlone) return undefined;
    const steps: Intent[] = [
      renamed(holder, key, "fetchType"),
      { kind: "set", path: [...holder, "fetchType"], value: type },
    ];
    return { name: "fetchType", steps };
  };
}

function runnerType(holder: Path, key: string, map: Fields): Replacement | undefined {
  const type = RUNNERS[String(map[key])];
  if (type === undefined || "taskRunner" in map || "docker" in map) return undefined;
  const path = [...holder, "taskRunner", "type"];
  const steps: Intent[] = [
    { kind: "nest", path: [...holder, key], under: "taskRunner", key: "type" },
    { kind: "set", path, value: type },
  ];
  return { name: "taskRunner", steps };
}

/** A container that is told nothing but its image; with `docker` alone it is a container that is meant. */
function imageAlone(holder: Path, key: string, map: Fields): Replacement | undefined {
  const { image, ...others } = isMap(map[key]) ? map[key] : {};
  if (typeof image !== "string" || Object.keys(others).length > 0 || "containerImage" in map) return undefined;
  const runner: Intent = {
    kind: "set",
    path: [...holder, "taskRunner"],
    value: { type: DOCKER },
    behind: "containerImage",
  };
  const steps: Intent[] = [
    renamed(holder, key, "containerImage"),
    { kind: "set", path: [...holder, "containerImage"], value: image },
  ];
  const isTold = "runner" in map || "taskRunner" in map;
  return { name: "containerImage", steps: isTold ? steps : [...steps, runner] };
}
