/** What a form or the graph wants to change, and what that means for the data. */

export type Data = null | boolean | number | string | Data[] | { [key: string]: Data };
export type Path = readonly (string | number)[];

export type Intent =
  /** Gives a value to a place; a key that is missing in a map is added as its last, or behind another one. */
  | { kind: "set"; path: Path; value: Data; behind?: string }
  | { kind: "remove"; path: Path }
  | { kind: "insert"; path: Path; index: number; value: Data }
  /** `index` counts in the list as it is once the item has left it. */
  | { kind: "move"; from: Path; to: Path; index: number }
  /** Puts an item of a list into a list of its own, below `key` of a new item in its place. */
  | { kind: "wrap"; path: Path; value: { [key: string]: Data }; key: string }
  | { kind: "rename"; path: Path; key: string }
  /** Puts a value below `key` of a new map, which takes its place and is called `under`. */
  | { kind: "nest"; path: Path; under: string; key: string };

/**
 * An intent that cannot be carried out, with a reason for people.
 *
 * The reason is kept as text and what goes into it, so that it can be said in another language: see `i18n`.
 */
export class Refused extends Error {
  readonly text: string;
  readonly values: Record<string, string | number>;
  readonly offset: number;

  constructor(text: string, values: Record<string, string | number> = {}, offset = 0) {
    super(text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])));
    this.name = "Refused";
    this.text = text;
    this.values = values;
    this.offset = offset;
  }
}

/** Carries an intent out on data, without changing what it was given. */
export function applyToData(data: Data, intent: Intent): Data {
  switch (intent.kind) {
    case "set":
      return changed(data, intent.path, () => intent.value);
    case "remove":
      return within(data, intent.path, (holder, key) => without(holder, key));
    case "insert":
      return changed(data, intent.path, (list) => inserted(list ?? null, intent.index, intent.value));
    case "wrap":
      if (valueAt(data, intent.path) === undefined)
        throw new Refused("Nothing is at {path}", { path: show(intent.path) });
      if (typeof intent.path.at(-1) !== "number") throw new Refused("Only items of lists are wrapped");
      return changed(data, intent.path, (item) =>
        copied(intent.value, (copy) => define(copy, intent.key, [item ?? null])),
      );
    case "rename":
      return within(data, intent.path, (holder, key) => renamed(holder, key, intent.key));
    case "nest":
      return within(data, intent.path, (holder, key) =>
        renamed(holder, key, intent.under, (value) => copied({}, (map) => define(map, intent.key, value))),
      );
    case "move": {
      const item = valueAt(data, intent.from);
      if (item === undefined) throw new Refused("Nothing is at {path}", { path: show(intent.from) });
      const rest = applyToData(data, { kind: "remove", path: intent.from });
      return applyToData(rest, { kind: "insert", path: intent.to, index: intent.index, value: item });
    }
  }
}

export function valueAt(data: Data, path: Path): Data | undefined {
  let value: Data | undefined = data;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = value[step];
    else if (isMap(value) && typeof step === "string") value = Object.hasOwn(value, step) ? value[step] : undefined;
    else return undefined;
  }
  return value;
}

export function isMap(value: Data | undefined): value is { [key: string]: Data } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Same values; the order of keys does not count, as it does not for a flow. */
export function sameData(one: Data | undefined, other: Data | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameData(item, other[index]));
  }
  if (isMap(one) && isMap(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && sameData(one[key], other[key]))
    );
  }
  return one === other || (Number.isNaN(one) && Number.isNaN(other));
}

export function show(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    "",
  );
}

function changed(data: Data, path: Path, change: (old: Data | undefined) => Data): Data {
  const [step, ...rest] = path;
  if (step === undefined) return change(data);
  if (Array.isArray(data) && typeof step === "number" && step in data) {
    return data.with(step, changed(data[step] as Data, rest, change));
  }
  if (typeof step === "string" && (isMap(data) || (data === null && rest.length === 0))) {
    const map = data ?? {};
    const isThere = Object.hasOwn(map, step);
    if (!isThere && rest.length > 0) throw new Refused("There is no {path}", { path: show(path) });
    const value = isThere ? changed(map[step] as Data, rest, change) : change(undefined);
    return copied(map, (copy) => define(copy, step, value));
  }
  throw new Refused("There is no {path}", { path: show(path) });
}

function within(data: Data, path: Path, change: (holder: Data, key: string | number) => Data): Data {
  const key = path.at(-1);
  if (key === undefined || valueAt(data, path) === undefined)
    throw new Refused("Nothing is at {path}", { path: show(path) });
  return changed(data, path.slice(0, -1), (holder) => change(holder ?? null, key));
}

function without(holder: Data, key: string | number): Data {
  if (Array.isArray(holder) && typeof key === "number") return holder.toSpliced(key, 1);
  return copied(holder as { [key: string]: Data }, (copy) => delete copy[key]);
}

function inserted(list: Data, index: number, value: Data): Data {
  if (list === null) return [value];
  if (!Array.isArray(list)) throw new Refused("Only a list takes another item");
  if (index < 0 || index > list.length)
    throw new Refused("The list has {count} items, not {index}", { count: list.length, index });
  return list.toSpliced(index, 0, value);
}

function renamed(holder: Data, from: string | number, to: string, change = (value: Data): Data => value): Data {
  if (!isMap(holder)) throw new Refused("Only a key can be renamed");
  if (from !== to && Object.hasOwn(holder, to)) throw new Refused("There is a '{name}' already", { name: to });
  const copy = {};
  for (const [key, value] of Object.entries(holder)) {
    if (key === from) define(copy, to, change(value));
    else define(copy, key, value);
  }
  return copy;
}

function copied(map: { [key: string]: Data }, change: (copy: { [key: string]: Data }) => void): Data {
  const copy = {};
  for (const [key, value] of Object.entries(map)) define(copy, key, value);
  change(copy);
  return copy;
}

/** Sets a key even when it is called `__proto__`. */
function define(map: { [key: string]: Data }, key: string, value: Data): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}
