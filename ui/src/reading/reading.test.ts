import fc from "fast-check";
import { expect, test } from "vitest";
import { CORPUS } from "../source/corpus";
import { parseData } from "../source/document";
import { tasksOf } from "../source/tasks";
import type { TypeShape } from "./checks";
import { applyDelta } from "./delta";
import { readEdit } from "./item";
import { Reader, type ReadingDelta } from "./reading";

const LOG = "io.kestra.plugin.core.log.Log";
const FLOW = `id: f
namespace: n
tasks:
  - id: a
    type: ${LOG}
    message: hello
  - id: b
    type: ${LOG}
    message: there
`;
const SHAPE: TypeShape = {
  properties: ["id", "type", "message", "level"],
  required: ["id", "type", "message"],
  choices: { level: ["INFO", "WARN"] },
};

function read(...texts: string[]): ReadingDelta {
  const reader = new Reader();
  const types = new Map([[LOG, SHAPE]]);
  const all = texts.map((text) => reader.read(text, types));
  return all.at(-1) as ReadingDelta;
}
const issues = (text: string): string[] =>
  read(text).issues.map(({ path, code, line, column }) => `${line}:${column} ${path} ${code}`);

test("a text that is right has nothing wrong, and its graph comes once", () => {
  expect(read(FLOW)).toMatchObject({ errors: [], issues: [], isGraphOld: false, layout: { boxes: [{}, {}] } });
  expect(read(FLOW, FLOW.replace("hello", "hallo")).layout).toBeUndefined();
  expect(read(FLOW, FLOW.replace("id: b", "id: c")).layout?.boxes.map(({ id }) => id)).toEqual(["a", "c"]);
});

test("a text that cannot be read keeps the graph of before, and names the place", () => {
  const broken = read(FLOW, FLOW.replace("hello", '"hello'));
  expect(broken.isGraphOld).toBe(true);
  expect(broken.layout).toBeUndefined();
  expect(broken.errors.length).toBeGreaterThan(0);
});

test("what the text shows to be wrong is found where the server finds it", () => {
  expect(issues(FLOW.replace("id: b", "id: a"))).toEqual(["7:9 tasks[1].id duplicate-id"]);
  expect(issues(FLOW.replace("    message: there\n", ""))).toEqual(["7:5 tasks[1].message required"]);
  expect(issues(FLOW.replace("message: there", "massage: there"))).toEqual([
    "7:5 tasks[1].message required",
    "9:5 tasks[1].massage unknown-property",
  ]);
  expect(issues(`${FLOW}    level: LOUD\n`)).toEqual(["10:12 tasks[1].level choice"]);
  expect(issues(`${FLOW}    level: "{{ inputs.level }}"\n`)).toEqual([]);
  expect(issues(`${FLOW}  - id: c\n`)).toEqual(["10:5 tasks[2].type missing-type"]);
  expect(issues(`${FLOW}  - type: ${LOG}\n    message: x\n`)).toEqual(["10:5 tasks[2].id missing"]);
});

/** Texts that an edit may bring, harmless ones and such that change what stands behind them. */
const TYPED = [
  "x",
  "",
  "\n",
  ": ",
  "- ",
  "  ",
  '"',
  "'",
  "#",
  "\n  - id: n\n    type: t.N\n",
  "|\n",
  "|+\n",
  "&a ",
  "*a",
  "{",
  "[",
  "---\n",
  "\nerrors:\n",
  "id: a",
  "!t ",
];

test.each(Object.entries({ ...CORPUS, plain: FLOW }))(
  "after any edits what is told together is what the whole text tells: %s",
  (_, written) => {
    const text = written.replaceAll("\r\n", "\n");
    const edit = fc.record({ at: fc.nat(text.length), gone: fc.nat(3), come: fc.constantFrom(...TYPED) });
    const types = new Map([[LOG, SHAPE]]);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const reader = new Reader();
        let tasks = applyDelta([], reader.read(text, types).tasks);
        let layout = new Reader().read(text, types).layout;
        let now = text;
        for (const { at, gone, come } of edits) {
          now = now.slice(0, at) + come + now.slice(at + gone);
          const told = reader.read(now, types);
          const whole = new Reader().read(now, types);
          tasks = applyDelta(tasks, structuredClone(told.tasks));
          layout = told.layout ?? layout;
          expect(tasks).toEqual(tasksOf(now));
          expect(sorted(told.issues)).toEqual(sorted(whole.issues));
          expect(told.errors).toEqual(whole.errors);
          expect(told.isGraphOld).toBe(whole.isGraphOld);
          if (whole.layout) expect(layout).toEqual(whole.layout);
        }
      }),
      { numRuns: 150 },
    );
  },
);

function sorted(found: ReadingDelta["issues"]): string[] {
  return found.map((issue) => JSON.stringify(issue)).sort();
}

test("an edit within a task reads that task only", () => {
  const tasks = tasksOf(FLOW);
  const known = { text: FLOW, tasks, data: parseData(FLOW) ?? null, issues: [] };
  const edited = readEdit(known, FLOW.replace("there", "their own"), new Map([[LOG, SHAPE]]));
  expect(edited?.delta).toMatchObject({ head: 1, middle: [{ id: "b", note: "their own" }], tail: 0, moved: 4 });
  expect(readEdit(known, FLOW.replace("there", "&there x"), new Map())).toBeUndefined();
  expect(readEdit(known, FLOW.replace("id: f", "id: g"), new Map())).toBeUndefined();
});
