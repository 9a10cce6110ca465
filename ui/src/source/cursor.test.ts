import { expect, test } from "vitest";
import { spotAt } from "./cursor";

/** What is written where `^` stands, without the `^`. */
function spot(text: string) {
  return spotAt(text.replace("^", ""), text.indexOf("^"));
}

test("a key at the root has nothing around it", () => {
  expect(spot("id: a\nconc^")).toMatchObject({ keys: [], key: undefined, word: "conc" });
});

test("a key of a map knows the keys around it and beside it", () => {
  const found = spot("id: a\nconcurrency:\n  limit: 2\n  be^\ntasks: []\n");
  expect(found).toMatchObject({ keys: ["concurrency"], key: undefined, word: "be" });
  expect([...found.siblings]).toEqual([["limit", "2"]]);
});

test("a key of a task knows its type, above and below it, and that of no other", () => {
  const text = "tasks:\n  - id: a\n    type: t.A\n  - id: b\n    ^\n    type: t.B\n  - id: c\n    type: t.C\n";
  expect(Object.fromEntries(spot(text).siblings)).toEqual({ id: "b", type: "t.B" });
  expect(spot(text).keys).toEqual(["tasks"]);
});

test("the first key behind a dash belongs to the new item", () => {
  const found = spot("inputs:\n  - id: a\n    type: INT\n  - ^");
  expect(found.keys).toEqual(["inputs"]);
  expect([...found.siblings]).toEqual([]);
});

test("a value knows its key", () => {
  expect(spot("inputs:\n  - id: day\n    type: DA^")).toMatchObject({ keys: ["inputs"], key: "type", word: "DA" });
  expect(spot('tasks:\n- id: a\n  type: "io.^')).toMatchObject({ keys: ["tasks"], key: "type", word: "io." });
});

test("what is deep inside knows everything around it", () => {
  const text = "tasks:\n  - id: each\n    type: t.E\n    tasks:\n      - id: in\n        retry:\n          ty^";
  expect(spot(text).keys).toEqual(["tasks", "tasks", "retry"]);
});

test("a line of a script is text", () => {
  const text = "tasks:\n  - id: a\n    script: |\n      import os\n      x^";
  expect(spot(text)).toMatchObject({ isInText: true, keys: ["tasks", "script"] });
});

test("lists that begin below their key are found as well", () => {
  expect(spot("tasks:\n- id: a\n  type: t.A\n  li^").keys).toEqual(["tasks"]);
});
