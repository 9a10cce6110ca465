import fc from "fast-check";
import { expect, test } from "vitest";
import { tasksOf } from "../source/tasks";
import { applyDelta, deltaOf } from "./delta";

const flow = (tasks: readonly { id: string; note: string }[]): string =>
  `id: f\ntasks:\n${tasks.map(({ id, note }) => `  - id: ${id}\n    type: t.T\n    message: ${note}\n`).join("")}`;

test("a task that is told something else is a new object, the others stay and move", () => {
  const old = flow([
    { id: "a", note: "one" },
    { id: "b", note: "two" },
    { id: "c", note: "three" },
  ]);
  const now = old.replace("two", "twice as long");
  const before = tasksOf(old);
  const [a, b, c] = before;
  const delta = deltaOf(tasksOf(old), tasksOf(now));
  expect([delta.head, delta.middle.length, delta.tail]).toEqual([1, 1, 1]);
  const after = applyDelta(before, delta);
  expect([after[0] === a, after[1] === b, after[2] === c]).toEqual([true, false, true]);
  expect(after).toEqual(tasksOf(now));
});

test("where tasks only move in the text, their list is the same", () => {
  const old = flow([{ id: "a", note: "one" }]);
  const before = tasksOf(old);
  const now = `# a comment\n${old}`;
  expect(applyDelta(before, deltaOf(tasksOf(old), tasksOf(now)))).toBe(before);
  expect(before).toEqual(tasksOf(now));
});

test("whatever was edited, the tasks are those of the new text", () => {
  const task = fc.record({ id: fc.constantFrom("a", "b", "c", "d"), note: fc.constantFrom("x", "xx", "y") });
  const tasks = fc.array(task, { maxLength: 6 });
  fc.assert(
    fc.property(tasks, tasks, tasks, (first, second, third) => {
      let held = tasksOf(flow(first)) as readonly ReturnType<typeof tasksOf>[number][];
      let told = tasksOf(flow(first));
      for (const next of [second, third]) {
        const read = tasksOf(flow(next));
        held = applyDelta(held, structuredClone(deltaOf(told, read)));
        told = read;
        expect(held).toEqual(read);
      }
    }),
  );
});
