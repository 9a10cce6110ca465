import { expect, test } from "vitest";
import { type Block, holdsTasks, isInside, outlineOf } from "./outline";
import { tasksOf } from "./tasks";

const FLOW = `id: f
tasks:
  - id: a
    type: t.A
    message: said first
    disabled: true
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task:
          id: b
          type: t.B
        dependsOn: [c]
  - id: choice
    type: io.kestra.plugin.core.flow.Switch
    description: |
      Which way
      to go
    cases:
      x:
        - id: c
          type: t.C
      y: []
  - id: if
    type: io.kestra.plugin.core.flow.If
    then:
      - {id: d, type: t.D}
triggers:
  - id: nightly
    type: t.Schedule
`;

const shape = ({ place, lists }: Block): unknown =>
  lists.length === 0 ? place.id : [place.id, ...lists.map(({ name, blocks }) => [name, ...blocks.map(shape)])];

test("tasks are nested as in the text, with the empty lists that a type has", () => {
  const parts = [...outlineOf(tasksOf(FLOW))].map(([name, { blocks }]) => [name, blocks.map(shape)]);
  expect(parts).toEqual([
    ["triggers", ["nightly"]],
    ["tasks", ["a", ["dag", ["", "b"]], ["choice", ["x", "c"], ["y"], ["defaults"]], ["if", ["then", "d"], ["else"]]]],
  ]);
});

test("an empty flow has a list to put the first task into", () => {
  expect([...outlineOf(tasksOf("id: f\n")).keys()]).toEqual(["tasks"]);
});

test("a task tells whether it is left out and what it is about", () => {
  const byId = new Map(tasksOf(FLOW).map((place) => [place.id, place]));
  expect(byId.get("a")).toMatchObject({ isDisabled: true, note: "said first" });
  expect(byId.get("choice")).toMatchObject({ isDisabled: false, note: "Which way" });
});

test("a list lies in the tasks around it and in no other", () => {
  const [a, dag, b] = tasksOf(FLOW);
  expect([a, dag, b].map((place) => place && isInside(["tasks", 1, "tasks"], place))).toEqual([false, true, false]);
  expect(holdsTasks("io.kestra.plugin.core.flow.ForEach")).toBe(true);
  expect(holdsTasks("io.kestra.plugin.core.flow.Sleep")).toBe(false);
});
