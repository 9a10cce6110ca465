import { expect, test } from "vitest";
import type { TypeShape } from "./checks";
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
