import { describe, expect, test } from "vitest";
import type { Execution, StateName, TaskRun } from "../api/types";
import { criticalPath } from "./critical";
import { cellsOf, countsOf, worstOf } from "./loops";
import { gapsBetween, plainScale } from "./scale";
import { whyWaiting } from "./waiting";

const START = Date.parse("2026-11-25T10:00:00Z");
const at = (second: number): string => new Date(START + second * 1000).toISOString();

function run(id: string, from: number, to: number | null, more: Partial<TaskRun> = {}): TaskRun {
  const current: StateName = to === null ? "RUNNING" : "SUCCESS";
  return {
    id,
    taskId: id,
    state: { current, histories: [], startDate: at(from), ...(to !== null && { endDate: at(to) }) },
    ...more,
  };
}

function waiting(current: StateName, taskRunList: TaskRun[] = [], more: Partial<Execution> = {}): Execution {
  const state = { current, histories: [{ state: current, date: at(0) }], startDate: at(0) };
  return {
    id: "e",
    namespace: "n",
    flowId: "f",
    flowRevision: 1,
    originalId: "e",
    labels: [],
    state,
    taskRunList,
    ...more,
  };
}

describe("the critical path", () => {
  test("goes back by what ended latest before", () => {
    const runs = [run("a", 0, 4), run("quick", 4, 5), run("slow", 4, 9), run("last", 9, 10)];
    const found = criticalPath(runs, START);
    expect([...found.runs].sort()).toEqual(["a", "last", "slow"]);
    expect(found.length).toBe(10_000);
  });

  test("leaves out what holds others, and reaches until now", () => {
    const runs = [run("outer", 0, null), run("inner", 1, null, { parentTaskRunId: "outer" })];
    expect(criticalPath(runs, START + 3_000)).toEqual({ runs: new Set(["inner"]), length: 2_000 });
  });
});

describe("a strip", () => {
  const states = Array.from({ length: 1_000 }, (_, index) => ({
    state: (index === 616 ? "FAILED" : "SUCCESS") as StateName,
  }));

  test("has few cells, and none hides a failure", () => {
    const cells = cellsOf(states);
    expect(cells.length).toBeLessThanOrEqual(240);
    expect(cells.filter(({ state }) => state === "FAILED")).toEqual([
      { state: "FAILED", first: 615, last: 619, worst: 616 },
    ]);
    expect(cells.at(-1)?.last).toBe(999);
    expect(countsOf(states)).toEqual([
      ["FAILED", 1],
      ["SUCCESS", 999],
    ]);
  });

  test("is worst where somebody must look", () => {
    expect(worstOf(["SUCCESS", "RUNNING", "WARNING"])).toBe("RUNNING");
    expect(worstOf(["SUCCESS", "FAILED"])).toBe("FAILED");
  });
});

test("gaps are what no span covers", () => {
  expect(
    gapsBetween(0, 10, [
      { from: 6, to: 8 },
      { from: 1, to: 3 },
      { from: 2, to: 4 },
    ]),
  ).toEqual([
    { from: 0, to: 1 },
    { from: 4, to: 6 },
    { from: 8, to: 10 },
  ]);
  expect(plainScale(0, 10).place(5)).toBe(50);
});

describe("why it waits", () => {
  test.each<[Execution, RegExp | null]>([
    [waiting("QUEUED"), /concurrency limit is reached/],
    [
      waiting("PAUSED", [{ ...run("ask", 0, null), state: { current: "PAUSED", histories: [], startDate: at(0) } }]),
      /paused at ask/,
    ],
    [waiting("PAUSED"), /by hand/],
    [waiting("PAUSING"), /tasks that run have ended/],
    [waiting("CREATED"), /executor/],
    [waiting("CREATED", [], { scheduleDate: at(60) }), /later time/],
    [waiting("RUNNING", [run("a", 0, null)]), null],
    [
      waiting("RUNNING", [{ ...run("a", 0, null), state: { current: "SUBMITTED", histories: [], startDate: at(0) } }]),
      /a waits for a worker/,
    ],
    [waiting("SUCCESS"), null],
  ])("%#", (execution, expected) => {
    const found = whyWaiting(execution, START + 10_000);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatch(expected);
  });

  test("the slots are told where they are known", () => {
    expect(whyWaiting(waiting("QUEUED"), START, { running: 2, limit: 2 })).toContain("2 of 2 are taken");
  });
});
