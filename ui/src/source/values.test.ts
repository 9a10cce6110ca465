import { expect, test } from "vitest";
import { parseData } from "./document";
import { valueAt } from "./intents";
import { tasksOf } from "./tasks";
import { dataOfTask } from "./values";

const FLOW = `id: f
x: &shared {a: 1}
tasks:
- id: plain
  type: t.A
  note: |
    two
    lines
- id: alias
  type: t.B
  of: *shared
- id: dag
  type: io.kestra.plugin.core.flow.Dag
  tasks:
    - dependsOn: []
      task:
        id: inner
        type: t.C
        value: [1, 2]
- {id: flow, type: t.D, n: 3}
`;

test("the data of a task are those it has in the whole text", () => {
  const whole = parseData(FLOW) ?? null;
  const places = tasksOf(FLOW);
  expect(places.map(({ id }) => id)).toEqual(["plain", "alias", "dag", "inner", "flow"]);
  for (const place of places) expect(dataOfTask(FLOW, place)).toEqual(valueAt(whole, place.path));
});

test("a task is read though another part of the text is broken", () => {
  const broken = `${FLOW}- id: bad\n  type: "t.E\n`;
  const place = tasksOf(broken).find(({ id }) => id === "plain");
  expect(place && dataOfTask(broken, place)).toMatchObject({ note: "two\nlines\n" });
});
