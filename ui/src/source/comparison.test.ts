import { expect, test } from "vitest";
import { compareTexts, countLines } from "./comparison";

const OLD = `id: f
namespace: n
labels: {a: b}
tasks:
  - id: each
    type: t.ForEach
    values: [1]
    tasks:
      - id: in
        type: t.Log
        message: one
  - id: last
    type: t.Log
    message: bye
`;

test("a task counts as changed for what it is told itself, not for what is in the tasks it holds", () => {
  expect([...compareTexts(OLD, OLD.replace("one", "two")).changed]).toEqual(["in"]);
  expect([...compareTexts(OLD, OLD.replace("[1]", "[1, 2]")).changed]).toEqual(["each"]);
});

test("comments and the order of keys change no task", () => {
  const now = OLD.replace("    message: bye\n", "    # why\n    message: bye\n").replace(
    "values: [1]",
    "values:   [1]",
  );
  expect(compareTexts(OLD, now).changed.size).toBe(0);
});

test("keys of the flow are named, and lines counted", () => {
  const found = compareTexts(
    OLD,
    OLD.replace("{a: b}", "{a: c}").replace("namespace: n\n", "namespace: n\ndisabled: true\n"),
  );
  expect(found).toMatchObject({ keys: ["labels", "disabled"], come: 2, gone: 1 });
  expect(countLines(OLD, OLD)).toEqual({ come: 0, gone: 0 });
});
