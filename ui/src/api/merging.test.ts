import { expect, test } from "vitest";
import { newest, newestPage, patchedPage, type TaskRunNews, withNews } from "./merging";
import type { Execution, Page, StateName, TaskRun } from "./types";

const state = (current: StateName) => ({ current, histories: [] });

const execution = (version: number, current: StateName, more: Partial<Execution> = {}): Execution => ({
  id: "x",
  namespace: "test",
  flowId: "flow",
  flowRevision: 1,
  originalId: "x",
  labels: [],
  state: state(current),
  version,
  ...more,
});

const run = (id: string, current: StateName, more: Partial<TaskRun> = {}): TaskRun => ({
  id,
  taskId: id,
  state: state(current),
  ...more,
});

const news = (version: number, one: TaskRun, more: Partial<TaskRunNews> = {}): TaskRunNews => ({
  ...one,
  executionId: "x",
  version,
  ...more,
});

const statesOf = ({ taskRunList = [] }: Execution): string[] =>
  taskRunList.map(({ id, state: { current } }) => `${id} ${current}`);

const read = (one: Execution): Execution => newest(undefined, one) as Execution;

test("what was told of an execution and its task runs is shown, values stay", () => {
  const old = read(execution(3, "RUNNING", { inputs: { a: 1 }, taskRunList: [run("one", "RUNNING")] }));
  const now = withNews(
    old,
    [execution(4, "SUCCESS")],
    [news(4, run("one", "SUCCESS")), news(4, run("two", "RUNNING"))],
  );
  expect(now.state.current).toBe("SUCCESS");
  expect(now.inputs).toEqual({ a: 1 });
  expect(statesOf(now)).toEqual(["one SUCCESS", "two RUNNING"]);
});

test("news that are older than what was read change nothing", () => {
  const old = read(execution(9, "SUCCESS", { taskRunList: [run("one", "SUCCESS")] }));
  const now = withNews(
    old,
    [execution(8, "RUNNING")],
    [news(8, run("one", "RUNNING")), news(7, run("gone", "RUNNING"))],
  );
  expect(now.state.current).toBe("SUCCESS");
  expect(statesOf(now)).toEqual(["one SUCCESS"]);
});

test("task runs come after the header of their version, in another batch too", () => {
  const old = read(execution(3, "RUNNING", { taskRunList: [run("one", "RUNNING")] }));
  const header = withNews(old, [execution(4, "RUNNING")], []);
  const now = withNews(header, [], [news(4, run("one", "SUCCESS")), news(4, run("two", "CREATED"))]);
  expect(statesOf(now)).toEqual(["one SUCCESS", "two CREATED"]);
});

test("a task run that a restart took away goes", () => {
  const old = read(execution(3, "RUNNING", { taskRunList: [run("one", "FAILED"), run("two", "FAILED")] }));
  expect(statesOf(withNews(old, [], [news(4, run("two", "FAILED"), { deleted: true })]))).toEqual(["one FAILED"]);
});

test("a late answer turns nothing back, but brings values", () => {
  const old = withNews(
    read(execution(3, "RUNNING", { taskRunList: [run("one", "RUNNING"), run("two", "RUNNING")] })),
    [execution(5, "SUCCESS")],
    [news(5, run("two", "SUCCESS"))],
  );
  const late = execution(4, "RUNNING", {
    outputs: { a: 1 },
    taskRunList: [run("one", "SUCCESS", { outputs: { b: 2 } }), run("two", "RUNNING")],
  });
  const now = newest(old, late) as Execution;
  expect([now.state.current, now.version]).toEqual(["SUCCESS", 5]);
  expect(now.outputs).toEqual({ a: 1 });
  expect(statesOf(now)).toEqual(["one SUCCESS", "two SUCCESS"]);
  expect(now.taskRunList?.[0]?.outputs).toEqual({ b: 2 });
});

test("a row of a list changes only to what is newer, whichever comes first", () => {
  const page: Page<Execution> = { results: [execution(3, "RUNNING")], total: 1 };
  const now = patchedPage(page, execution(4, "SUCCESS"));
  expect(now?.results[0]?.state.current).toBe("SUCCESS");
  expect(patchedPage(now, execution(2, "CREATED"))).toBe(now);
  expect((newestPage(now, page) as Page<Execution>).results[0]?.state.current).toBe("SUCCESS");
  const later = { results: [execution(6, "RUNNING")], total: 1 };
  expect((newestPage(now, later) as Page<Execution>).results[0]?.state.current).toBe("RUNNING");
});
