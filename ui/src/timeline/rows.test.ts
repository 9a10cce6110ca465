import { describe, expect, test } from "vitest";
import type { Execution, State, StateName, TaskRun } from "../api/types";
import { criticalPath } from "./critical";
import { lengthOf } from "./rests";
import { areFine, culpritOf, loopAround, timelineOf } from "./rows";

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
    expect(found.scale.place(START + 5_000)).toBe(50);
  });

  test("what is below a closed row is left out", () => {
    const one = execution(state(["RUNNING", 0], ["SUCCESS", 2]), [
      run("parent", state(["RUNNING", 0], ["SUCCESS", 2])),
      run("child", state(["RUNNING", 0], ["SUCCESS", 2]), { parentTaskRunId: "parent" }),
    ]);
    expect(timelineOf(one, START, { closed: new Set(["parent"]) }).rows).toHaveLength(1);
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

  test("between an end and the restart behind it nothing is drawn, and it counts for nothing", () => {
    const again = state(
      ["CREATED", 0],
      ["RUNNING", 1],
      ["FAILED", 2],
      ["RESTARTED", 100],
      ["RUNNING", 101],
      ["SUCCESS", 103],
    );
    const attempts = [
      { state: state(["RUNNING", 1], ["FAILED", 2]) },
      { state: state(["RUNNING", 101], ["SUCCESS", 103]) },
    ];
    const around = state(["CREATED", 0], ["RUNNING", 0], ["FAILED", 2], ["RUNNING", 100], ["SUCCESS", 103]);
    const one = execution(around, [run("around", around), run("t", again, { attempts, parentTaskRunId: "around" })]);
    const [outer, row] = timelineOf(one, START).rows;
    expect(row?.segments.map(({ kind, state, from, to }) => [kind, state, (to - from) / 1000])).toEqual([
      ["queue", "CREATED", 1],
      ["run", "FAILED", 1],
      ["queue", "RESTARTED", 1],
      ["run", "SUCCESS", 2],
    ]);
    expect(lengthOf(row?.parts ?? [])).toBe(5_000);
    expect(outer?.segments.map(({ kind, from, to }) => [kind, (to - from) / 1000])).toEqual([
      ["queue", 0],
      ["span", 2],
      ["span", 3],
    ]);
    // What is idle can be hidden then.
    const folded = timelineOf(one, START, { isFolded: true });
    expect(folded.scale.folds).toHaveLength(1);
    expect(areFine(folded.ticks)).toBe(true);
    expect(areFine(timelineOf(one, START).ticks)).toBe(false);
    expect(criticalPath(one.taskRunList ?? [], START)).toEqual({ runs: new Set(["t"]), length: 5_000 });
  });

  test("what runs reaches until now", () => {
    const found = timelineOf(execution(state(["RUNNING", 0]), [run("t", state(["RUNNING", 1]))]), START + 9_000);
    expect(found.rows[0]?.segments[0]).toMatchObject({ kind: "run", state: "RUNNING", to: START + 9_000 });
    expect(found.scale.to).toBe(START + 9_000);
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

describe("a loop", () => {
  const done = state(["CREATED", 0], ["RUNNING", 0], ["SUCCESS", 1]);
  const failed = state(["CREATED", 0], ["RUNNING", 0], ["FAILED", 1]);
  const loop = [
    run("each", failed),
    ...Array.from({ length: 20 }, (_, iteration) =>
      run(`step-${iteration}`, iteration === 7 ? failed : done, {
        parentTaskRunId: "each",
        iteration,
        value: `v${iteration}`,
      }),
    ),
  ];

  test("of many iterations is one row with a strip", () => {
    const [row, ...others] = timelineOf(execution(failed, loop), START).rows;
    expect(others).toEqual([]);
    expect(row?.iterations).toHaveLength(20);
    expect(row?.iterations?.[7]).toMatchObject({ index: 7, value: "v7", state: "FAILED" });
  });

  test("shows the rows of the iteration that is looked at", () => {
    const { rows } = timelineOf(execution(failed, loop), START, { iteration: { parent: "each", index: 7 } });
    expect(rows.map((row) => row.run.id)).toEqual(["each", "step-7"]);
  });

  test("is found from a task run in it", () => {
    const inner = run("inner", done, { parentTaskRunId: "step-7" });
    expect(loopAround([...loop, inner], "inner")).toEqual({ parent: "each", index: 7 });
    expect(loopAround(loop, "each")).toBeUndefined();
  });
});

test("idle time takes no room when it is folded", () => {
  const one = execution(state(["RUNNING", 0], ["SUCCESS", 1_000]), [
    run("a", state(["RUNNING", 0], ["SUCCESS", 10])),
    run("b", state(["RUNNING", 990], ["SUCCESS", 1_000])),
  ]);
  const { scale, ticks } = timelineOf(one, START, { isFolded: true });
  expect(scale.folds).toHaveLength(1);
  expect(scale.place(START + 10_000)).toBeGreaterThan(48);
  expect(scale.place(START + 990_000)).toBeLessThan(52);
  expect(scale.place(START + 1_000_000)).toBeCloseTo(100);
  expect(ticks.every((at) => at <= START + 10_000 || at >= START + 980_000)).toBe(true);
});
