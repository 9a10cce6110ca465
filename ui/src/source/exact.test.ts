import { describe, expect, test } from "vitest";
import { CORPUS } from "./corpus";
import type { Intent } from "./intents";
import { Refused } from "./intents";
import { patch } from "./patch";
import { renameTask } from "./renaming";

const ORDERS = CORPUS.orders as string;
const TIGHT = CORPUS.tight as string;

function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const old = before.split("\n");
  const now = after.split("\n");
  let head = 0;
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return { gone: old.slice(head, old.length - tail), come: now.slice(head, now.length - tail) };
}

function change(text: string, intent: Intent): { gone: string[]; come: string[] } {
  return changedLines(text, patch(text, intent).text);
}

describe("setting", () => {
  test("a value changes one line and keeps its quotes and its comment", () => {
    expect(change(ORDERS, { kind: "set", path: ["tasks", 0, "message"], value: "new" })).toEqual({
      gone: [`    message: "It''s {{ inputs.day }}"   # trailing`],
      come: ['    message: "new"   # trailing'],
    });
  });

  test("a plain text gets quotes only when it needs them", () => {
    const set = (value: string) => change(ORDERS, { kind: "set", path: ["tasks", 2, "duration"], value }).come;
    expect(set("PT5S")).toEqual(["    duration: PT5S"]);
    expect(set("{{ inputs.x }}")).toEqual(['    duration: "{{ inputs.x }}"']);
    expect(set("yes")).toEqual(['    duration: "yes"']);
  });

  test("a key is added as the last of its task", () => {
    expect(change(ORDERS, { kind: "set", path: ["tasks", 2, "description"], value: "Wait" })).toEqual({
      gone: [],
      come: ["    description: Wait"],
    });
  });

  test("the body of a script keeps its bar, its comments and its indentation", () => {
    const script = '#!/bin/sh\n# a comment of the script, not of the flow\necho "a: b"\n\necho changed\n';
    expect(change(ORDERS, { kind: "set", path: ["tasks", 1, "script"], value: script })).toEqual({
      gone: ["      echo done"],
      come: ["      echo changed"],
    });
  });

  test("a key of the root is added below the last section, with that file's line ending", () => {
    const text = CORPUS["orders with CRLF"] as string;
    const result = patch(text, { kind: "set", path: ["description"], value: "x" }).text;
    expect(result).toBe(`${text}description: x\r\n`);
  });
});

describe("lists", () => {
  test("a new task keeps the empty lines between tasks", () => {
    const value = { id: "new", type: "t.New" };
    expect(change(ORDERS, { kind: "insert", path: ["tasks"], index: 1, value })).toEqual({
      gone: [],
      come: ["  - id: new", "    type: t.New", ""],
    });
  });

  test("dashes stand where the file puts them", () => {
    const result = patch(TIGHT, { kind: "insert", path: ["tasks"], index: 3, value: { id: "new", type: "t.N" } });
    expect(changedLines(TIGHT, result.text).come).toEqual(["- id: new", "  type: t.N"]);
  });

  test("a removed task takes its comment along and nothing else", () => {
    const { gone, come } = change(ORDERS, { kind: "remove", path: ["tasks", 1] });
    expect(come).toEqual([]);
    expect(gone).toContain("  # second, with a body");
    expect(gone).not.toContain("  # first");
    expect(patch(ORDERS, { kind: "remove", path: ["tasks", 2] }).text).toContain("values: []");
    expect(patch(ORDERS, { kind: "remove", path: ["tasks", 2] }).text).toContain("empty: []");
  });

  test("the last of a list leaves an empty list", () => {
    const result = patch("a: # why\n  - x\nb: 1\n", { kind: "remove", path: ["a", 0] });
    expect(result.text).toBe("a: [] # why\nb: 1\n");
    const again = patch(result.text, { kind: "insert", path: ["a"], index: 0, value: "z" });
    expect(again.text).toBe("a: # why\n  - z\nb: 1\n");
  });

  test("a moved task is the same lines in another order", () => {
    const result = patch(ORDERS, { kind: "move", from: ["tasks", 0], to: ["tasks"], index: 2 }).text;
    expect(result.split("\n").sort()).toEqual(ORDERS.split("\n").sort());
    const start = ORDERS.indexOf("tasks:");
    expect(result.slice(0, start)).toBe(ORDERS.slice(0, start));
    expect(result.slice(result.indexOf("# about triggers"))).toBe(ORDERS.slice(ORDERS.indexOf("# about triggers")));
    expect(result.indexOf("# first")).toBeGreaterThan(result.indexOf("id: last"));
  });

  test("a task moved into another keeps its text, at the new column", () => {
    const text =
      "tasks:\n  # one\n  - id: a\n    script: |\n      x\n        y\n  - id: b\n    tasks:\n      - id: c\n";
    expect(patch(text, { kind: "move", from: ["tasks", 0], to: ["tasks", 0, "tasks"], index: 0 }).text).toBe(
      "tasks:\n  - id: b\n    tasks:\n      # one\n      - id: a\n        script: |\n          x\n            y\n      - id: c\n",
    );
  });
});

describe("refusing", () => {
  test("an anchor that is used elsewhere is not taken away", () => {
    expect(() => patch(CORPUS.anchors as string, { kind: "remove", path: ["defaults"] })).toThrow(Refused);
  });

  test("what is not there is not changed", () => {
    expect(() => patch(ORDERS, { kind: "set", path: ["tasks", 9, "id"], value: "x" })).toThrow(
      /no tasks\[9\]|There is no/,
    );
    expect(() => patch(ORDERS, { kind: "rename", path: ["id"], key: "namespace" })).toThrow(/already/);
  });
});

describe("renaming a task", () => {
  const FLOW = `tasks:
  - id: load
    type: t.Load
  - id: load_all
    type: t.Load
    a: "{{ outputs.load.value }} and {{ outputs.load_all.value }} load"
    b: '{{ outputs["load"].x ~ outputs.load }}' # outputs.load
    c: |
      outputs.load stays, {{ outputs.load['k'] }} does not
    dependsOn: [load, load_all]
  - id: after
    type: t.After
    dependsOn:
      - load # the first
    message: load
`;

  test("changes its references and nothing else", () => {
    expect(renameTask(FLOW, ["tasks", 0], "fetch").text).toBe(
      FLOW.replace("id: load\n", "id: fetch\n")
        .replace("outputs.load.value", "outputs.fetch.value")
        .replace('outputs["load"].x ~ outputs.load }}', 'outputs["fetch"].x ~ outputs.fetch }}')
        .replace("{{ outputs.load['k'] }}", "{{ outputs.fetch['k'] }}")
        .replace("[load, load_all]", "[fetch, load_all]")
        .replace("- load # the first", "- fetch # the first"),
    );
  });

  test("a dash in the new id is written between brackets", () => {
    const { text } = renameTask(FLOW, ["tasks", 0], "fetch-it");
    expect(text).toContain("outputs['fetch-it'].value }}");
    expect(text).toContain('outputs["fetch-it"].x ~ outputs["fetch-it"] }}');
  });

  test("an id that is taken or malformed is refused", () => {
    expect(() => renameTask(FLOW, ["tasks", 0], "after")).toThrow(/already/);
    expect(() => renameTask(FLOW, ["tasks", 0], "a b")).toThrow(/letters/);
  });
});
