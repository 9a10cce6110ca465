import { expect, test } from "vitest";
import type { Trigger } from "../../api/triggers";
import type { Execution } from "../../api/types";
import { rowsOf } from "./rows";

const run = (flowId: string, id: string) => ({ id, namespace: "a", flowId }) as Execution;
const start = (flowId: string, at: number, disabled = false) =>
  ({ state: { namespace: "a", flowId, nextExecutionDate: new Date(at).toISOString(), disabled } }) as Trigger;

test("flows that ran come first, then those that only start soon", () => {
  const rows = rowsOf([run("x", "1"), run("y", "2"), run("x", "3")], [start("z", 5), start("y", 6)], 10);
  expect(rows.map(({ flowId, runs, starts }) => [flowId, runs.length, starts])).toEqual([
    ["x", 2, []],
    ["y", 1, [6]],
    ["z", 0, [5]],
  ]);
});

test("what starts after the end, or is switched off, is not shown", () => {
  expect(rowsOf([], [start("z", 50), start("y", 5, true)], 10)).toEqual([]);
});
