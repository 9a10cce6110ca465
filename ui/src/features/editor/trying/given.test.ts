import { expect, test } from "vitest";
import type { Execution } from "../../../api/types";
import { askedFor, readMap } from "./given";

const SOURCE = `id: a
namespace: b
inputs:
  - {id: day, type: DATE}
  - {id: other, type: STRING}
  - {id: sheet, type: FILE}
tasks:
  - id: one
    message: "{{ inputs.day }} {{ inputs.sheet }} {{ outputs.zero.size }} {{ outputs.half.uri }}"
`;
const RUN = { taskRunList: [{ taskId: "zero", outputs: { size: 3, more: 1 } }] } as unknown as Execution;

test("a task is asked for what it looks at, with what a former run gave", () => {
  const asked = askedFor(SOURCE, SOURCE.indexOf("- id: one"), SOURCE.length, RUN);
  expect(asked.inputs.map(({ id }) => id)).toEqual(["day"]);
  expect(asked.variables).toEqual({ outputs: { zero: { size: 3 }, half: { uri: "" } } });
});

test("only a map is read", () => {
  expect(readMap(" ")).toEqual({});
  expect(readMap('{"a": [1]}')).toEqual({ a: [1] });
  expect(readMap("[1]")).toBeNull();
  expect(readMap("{")).toBeNull();
});
