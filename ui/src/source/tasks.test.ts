import { expect, test } from "vitest";
import { freeId, taskAt, taskOfNode, tasksOf } from "./tasks";

const FLOW = `id: f
tasks:
  - id: a
    type: t.A
  - id: dag
    type: t.Dag
    tasks:
      - task:
          id: b
          type: t.B
        dependsOn: [c]
  - id: switch
    type: t.Switch
    cases:
      x:
        - id: c
          type: t.C
    defaults:
      - {id: d, type: t.D}
errors:
  - id: e
    type: t.E
triggers:
  - id: nightly
    type: t.Schedule
`;

test("every task is found where it stands, whatever holds it", () => {
  expect(tasksOf(FLOW).map(({ id, path, parents }) => [id, path.join("."), parents.join(".")])).toEqual([
    ["a", "tasks.0", ""],
    ["dag", "tasks.1", ""],
    ["b", "tasks.1.tasks.0.task", "dag"],
    ["switch", "tasks.2", ""],
    ["c", "tasks.2.cases.x.0", "switch"],
    ["d", "tasks.2.defaults.0", "switch"],
    ["e", "errors.0", ""],
    ["nightly", "triggers.0", ""],
  ]);
});

test("a place in the text belongs to the innermost task around it", () => {
  const places = tasksOf(FLOW);
  expect(taskAt(places, FLOW.indexOf("t.B"))?.id).toBe("b");
  expect(taskAt(places, FLOW.indexOf("type: t.Switch"))?.id).toBe("switch");
  expect(taskAt(places, 0)).toBeUndefined();
});

test("a node of the graph leads to its task", () => {
  const places = tasksOf(FLOW);
  expect(taskOfNode(places, "root.switch.c")?.id).toBe("c");
  expect(taskOfNode(places, "root.Triggers.nightly")?.id).toBe("nightly");
  expect(taskOfNode(places, "root.gone")).toBeUndefined();
});

test("broken text shows the tasks before the break", () => {
  expect(tasksOf(FLOW.replace("type: t.E", 'type: "t.E')).map(({ id }) => id)).toContain("c");
});

test("a free id is the wanted one or has a number", () => {
  const places = tasksOf(FLOW);
  expect(freeId(places, "z")).toBe("z");
  expect(freeId(places, "a")).toBe("a_2");
});
