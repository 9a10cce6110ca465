import { describe, expect, test } from "vitest";
import type { Execution, State, StateName, TaskRun } from "../api/types";
import { culpritOf, percent, timelineOf } from "./rows";

const START = Date.parse("2026-11-25T10:00:00Z");

function state(...steps: [StateName, number][]): State {
  const histories = steps.map(([name, second]) => ({
    state: name,
    date: new Date(START + second * 1000).toISOString(),
  }));
  const last = histories.at(-1);
  return {
    current: last?.state ?? "CREATED",
    histories,
    startDate: histories[0]?.date ?? "",
    ...(["SUCCESS", "FAILED"].includes(last?.state ?? "") && { endDate: last?.date ?? "" }),
  };
}

function run(id: string, at: State, more: Partial<TaskRun> = {}): TaskRun {
  return { id, taskId: id, state: at, ...more };
}

function execution(at: State, taskRunList: TaskRun[]): Execution {
  return { id: "e", namespace: "n", flowId: "f", flowRevision: 1, originalId: "e", labels: [], state: at, taskRunList };
}

describe("timelineOf", () => {
  test("children stand below their parent, in the order they began", () => {
    const found = timelineOf(
      execution(state(["CREATED", 0], ["RUNNING", 0], ["SUCCESS", 10]), [
        run("late", state(["CREATED", 5], ["RUNNING", 5], ["SUCCESS", 6])),
        run("child", state(["CREATED", 2], ["RUNNING", 3], ["SUCCESS", 4]), { parentTaskRunId: "early" }),
        run("early", state(["CREATED", 1], ["RUNNING", 1], ["SUCCESS", 5])),
      ]),
      START + 20_000,
    );
    expect(found.rows.map(({ run: { id }, level }) => [id, level])).toEqual([
      ["early", 0],
      ["child", 1],
      ["late", 0],
    ]);
    expect(found.rows[0]?.segments.map(({ kind }) => kind)).toEqual(["queue", "span"]);
    expect(found.rows[1]?.segments.map(({ kind, from, to }) => [kind, (to - from) / 1000])).toEqual([
      ["queue", 1],
      ["run", 1],
    ]);
    expect(percent(found, START + 5_000)).toBe(50);
  });

  test("what is below a closed row is left out", () => {
    const one = execution(state(["RUNNING", 0], ["SUCCESS", 2]), [
      run("parent", state(["RUNNING", 0], ["SUCCESS", 2])),
      run("child", state(["RUNNING", 0], ["SUCCESS", 2]), { parentTaskRunId: "parent" }),
    ]);
    expect(timelineOf(one, START, new Set(["parent"])).rows).toHaveLength(1);
  });

  test("attempts keep their colours and the waits between them are dots", () => {
    const attempts = [
      { state: state(["RUNNING", 0], ["FAILED", 1]) },
      { state: state(["RUNNING", 3], ["SUCCESS", 4]) },
    ];
    const [row] = timelineOf(
      execution(state(["RUNNING", 0], ["SUCCESS", 4]), [
        run("t", state(["CREATED", 0], ["RUNNING", 0], ["RETRYING", 1], ["RUNNING", 3], ["SUCCESS", 4]), { attempts }),
      ]),
      START,
    ).rows;
    expect(row?.segments.map((one) => [one.kind, one.state])).toEqual([
      ["queue", "CREATED"],
      ["run", "FAILED"],
      ["wait", "RETRYING"],
      ["run", "SUCCESS"],
    ]);
  });

  test("what runs reaches until now", () => {
    const found = timelineOf(execution(state(["RUNNING", 0]), [run("t", state(["RUNNING", 1]))]), START + 9_000);
    expect(found.rows[0]?.segments[0]).toMatchObject({ kind: "run", state: "RUNNING", to: START + 9_000 });
    expect(found.to).toBe(START + 9_000);
  });
});

test("the culprit is the innermost task that failed", () => {
  const failed = state(["RUNNING", 0], ["FAILED", 1]);
  const one = execution(failed, [
    run("outer", failed),
    run("inner", failed, { parentTaskRunId: "outer" }),
    run("fine", state(["SUCCESS", 0])),
  ]);
  expect(culpritOf(one)?.id).toBe("inner");
});
