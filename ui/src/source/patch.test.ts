import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CORPUS } from "./corpus";
import { dataOf, parseData, parseSource } from "./document";
import { applyEdits } from "./edits";
import { applyToData, type Data, type Intent, isMap, type Path, Refused, sameData, valueAt } from "./intents";
import { type Patch, patch } from "./patch";

const WORDS = [
  "a",
  "x y",
  "it's",
  '"q"',
  "{{ outputs.a.value }}",
  "yes",
  "012",
  "1.10",
  "a: b",
  "- x",
  "# no",
  "",
  " pad ",
  "ä🦅",
  "two\nlines",
  "end\n",
  "tab\tin",
  "2026-01-31",
  "12:30",
  "null",
  "a\\b",
  "[x]",
  "a, b",
  "\u2028",
  "very\n\nlong\n",
];
const word = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const single = fc.oneof(
  word,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.boolean(),
  fc.constant(null),
);
const key = fc
  .oneof(fc.constantFrom("k", "new key", "on", "a:b", "x-y", "1", "ключ"), fc.string({ minLength: 1, maxLength: 5 }))
  .filter((k) => k !== "<<" && k !== "__proto__");
const value: fc.Arbitrary<Data> = fc.letrec<{ value: Data }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    single,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

/** Every place of the data, the root first. */
function places(data: Data, path: Path = []): Path[] {
  const below = Array.isArray(data)
    ? data.flatMap((item, index) => places(item, [...path, index]))
    : isMap(data)
      ? Object.entries(data).flatMap(([name, item]) => places(item, [...path, name]))
      : [];
  return [path, ...below];
}

function intentFor(data: Data): fc.Arbitrary<Intent> {
  const all = places(data);
  const below = all.filter((path) => path.length > 0);
  const lists = all.filter((path) => Array.isArray(valueAt(data, path)));
  const maps = all.filter((path) => isMap(valueAt(data, path)));
  const keys = below.filter((path) => typeof path.at(-1) === "string");
  const items = below.filter((path) => typeof path.at(-1) === "number");
  const size = (path: Path): number => (valueAt(data, path) as Data[]).length;
  const options: fc.Arbitrary<Intent>[] = [];
  if (below.length > 0) {
    options.push(fc.record({ kind: fc.constant("set" as const), path: fc.constantFrom(...below), value }));
    options.push(fc.record({ kind: fc.constant("set" as const), path: fc.constantFrom(...below), value: single }));
    options.push(fc.record({ kind: fc.constant("remove" as const), path: fc.constantFrom(...below) }));
  }
  if (maps.length > 0) {
    options.push(
      fc
        .tuple(fc.constantFrom(...maps), key, value)
        .map(([path, name, one]) => ({ kind: "set", path: [...path, name], value: one })),
    );
  }
  if (keys.length > 0) {
    options.push(fc.record({ kind: fc.constant("rename" as const), path: fc.constantFrom(...keys), key }));
    options.push(fc.record({ kind: fc.constant("nest" as const), path: fc.constantFrom(...keys), under: key, key }));
  }
  if (lists.length > 0) {
    options.push(
      fc.constantFrom(...lists).chain((path) =>
        fc.record({
          kind: fc.constant("insert" as const),
          path: fc.constant(path),
          index: fc.nat(size(path)),
          value,
        }),
      ),
    );
  }
  if (items.length > 0) {
    options.push(
      fc.constantFrom(...items).chain((from) =>
        fc.record({
          kind: fc.constant("move" as const),
          from: fc.constant(from),
          to: fc.constant(from.slice(0, -1)),
          index: fc.nat(size(from.slice(0, -1)) - 1),
        }),
      ),
    );
    if (lists.length > 1) {
      options.push(
        fc
          .tuple(fc.constantFrom(...items), fc.constantFrom(...lists), fc.nat(3))
          .map(([from, to, index]) => ({ kind: "move", from, to, index })),
      );
      options.push(
        fc.constantFrom(...items).map((path) => ({
          kind: "wrap",
          path,
          value: { id: "around", type: "t.Sequential" },
          key: "tasks",
        })),
      );
    }
  }
  return options.length > 0 ? fc.oneof(...options) : fc.constant({ kind: "set", path: ["k"], value: 1 });
}

function comments(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => /^\s*#/.test(line))
    .map((line) => line.trim());
}

/** The lines that are not among others, each as often as it is missing. */
function missing(lines: string[], others: string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

const RUNS = Number(process.env.PATCH_RUNS ?? 150);

describe.each(Object.entries(CORPUS))("%s", (_, text) => {
  const data = parseData(text) as Data;

  test("every intent comes out as the same intent on the data, and touches its place only", () => {
    fc.assert(
      fc.property(intentFor(data), (intent) => {
        let expected: Data;
        try {
          expected = applyToData(data, intent);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
          expect(() => patch(text, intent)).toThrow(Refused);
          return;
        }
        let result: Patch;
        try {
          result = patch(text, intent);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
          return;
        }
        expect(applyEdits(text, result.edits)).toBe(result.text);
        expect(sameData(parseData(result.text), expected)).toBe(true);
        expect(parseSource(result.text).errors).toEqual([]);
        untouched(text, result.text, intent, result.isRewritten);
      }),
      { numRuns: RUNS },
    );
  });

  // Refusing is honest, but an engine that refuses most would pass the test above. The seed is fixed: a share of a
  // random sample would be over any limit now and then.
  test("few intents are refused", () => {
    const intents = fc.sample(intentFor(data), { numRuns: 600, seed: 7 });
    const refused = intents.filter((intent) => isPossible(data, intent) && isRefused(text, intent));
    expect(refused.length).toBeLessThan(intents.length * (text.includes("&") ? 0.5 : 0.12));
  });
});

function isPossible(data: Data, intent: Intent): boolean {
  try {
    applyToData(data, intent);
    return true;
  } catch {
    return false;
  }
}

function isRefused(text: string, intent: Intent): boolean {
  try {
    patch(text, intent);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(Refused);
    return true;
  }
}

/** What no intent may change: lines outside of the section it is about, line endings, comments elsewhere. */
function untouched(before: string, after: string, intent: Intent, isRewritten: boolean): void {
  const wasCrlf = before.includes("\r\n");
  if (wasCrlf) expect(after.replaceAll("\r\n", "")).not.toMatch(/\n/);
  else expect(after.includes("\r\n")).toBe(false);
  const sections = intent.kind === "move" ? [intent.from[0], intent.to[0]] : [intent.path[0]];
  const old = sectionsOf(before);
  const now = sectionsOf(after);
  for (const [name, section] of old) {
    if (sections.includes(name)) continue;
    expect(now.get(name)?.trimEnd()).toBe(section.trimEnd());
  }
  if (isRewritten) return;
  if (
    intent.kind === "insert" ||
    (intent.kind === "set" && valueAt(parseData(before) as Data, intent.path) === undefined)
  ) {
    expect(missing(comments(before), comments(after))).toEqual([]);
  }
  if (intent.kind === "move" || intent.kind === "wrap") expect(missing(comments(before), comments(after))).toEqual([]);
}

/** The text of each key of the root, by its name; empty when the root is written between brackets. */
function sectionsOf(text: string): Map<string, string> {
  const source = parseSource(text);
  const map = source.document.contents;
  const sections = new Map<string, string>();
  if (!map || !("items" in map) || (map as { flow?: boolean }).flow) return sections;
  const starts = (map.items as { key: { value: unknown; range: [number, number] } }[]).map((pair) => ({
    name: String(pair.key.value),
    at: pair.key.range[0],
  }));
  starts.forEach(({ name, at }, index) => {
    const lines = text.slice(at, starts[index + 1]?.at ?? text.length).split("\n");
    // Comments before the next key belong to that.
    while (lines.length > 1 && /^(#.*|\.\.\.)?$/.test((lines.at(-1) ?? "").trim())) lines.pop();
    sections.set(name, lines.join("\n"));
  });
  return sections;
}

test("data of a text without problems is read as such", () => {
  for (const text of Object.values(CORPUS)) expect(dataOf(parseSource(text))).toBeDefined();
});
