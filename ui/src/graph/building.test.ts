import { expect, test } from "vitest";
import type { FlowGraph } from "../api/types";
import { parseData } from "../source/document";
import { buildGraph } from "./building";
import { layoutGraph } from "./layout";
import { keepSame, sameLayout } from "./same";

const graphOf = (text: string): FlowGraph => {
  const graph = buildGraph(parseData(text));
  if (!graph) throw new Error("no graph");
  return graph;
};
const edges = ({ edges: all }: FlowGraph): string[] =>
  all.map(
    ({ source, target, relation }) =>
      `${source} > ${target} ${relation.relationType}${relation.value ? ` ${relation.value}` : ""}`,
  );

const LINE = `id: f
namespace: n
tasks:
  - id: a
    type: io.kestra.plugin.core.log.Log
  - id: b
    type: io.kestra.plugin.core.log.Log
    disabled: true
`;

test("tasks one after another stand between the start and the end", () => {
  const graph = graphOf(LINE);
  expect(graph.nodes.map(({ uid }) => uid)).toEqual(["root.-start", "root.a", "root.b", "root.-end"]);
  expect(edges(graph)).toEqual([
    "root.-start > root.a SEQUENTIAL",
    "root.a > root.b SEQUENTIAL",
    "root.b > root.-end SEQUENTIAL",
  ]);
  expect(graph.nodes[2]?.task).toEqual({ id: "b", type: "io.kestra.plugin.core.log.Log", disabled: true });
});

test("choices lead to each of their lists by name, and triggers to the start", () => {
  const graph = graphOf(`${LINE}  - id: pick
    type: io.kestra.plugin.core.flow.Switch
    value: x
    cases:
      one: [{id: c, type: t.C}]
      two: []
    defaults: [{id: d, type: t.D}]
triggers:
  - id: daily
    type: io.kestra.plugin.core.trigger.Schedule
`);
  expect(edges(graph)).toEqual(
    expect.arrayContaining([
      "root.pick > root.pick.c CHOICE one",
      "root.pick > root.pick.-end CHOICE two",
      "root.pick > root.pick.d CHOICE defaults",
      "root.Triggers.-start > root.Triggers.daily SEQUENTIAL",
      "root.Triggers.-end > root.-start SEQUENTIAL",
    ]),
  );
  expect(graph.clusters.map(({ cluster }) => cluster.uid)).toEqual(["cluster_root.Triggers", "cluster_root.pick"]);
});

test("what waits for another in a Dag stands behind it; an error list is drawn beside the main one", () => {
  const graph = graphOf(`id: f
tasks:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {id: a, type: t.A}
      - task: {id: b, type: t.B}
        dependsOn: [a, unknown]
errors:
  - {id: alarm, type: t.Alarm}
`);
  expect(edges(graph)).toEqual(
    expect.arrayContaining([
      "root.dag > root.dag.a PARALLEL",
      "root.dag.a > root.dag.b SEQUENTIAL",
      "root.dag.b > root.dag.-end SEQUENTIAL",
      "root.-start > root.alarm ERROR",
    ]),
  );
  expect(graph.nodes.find(({ uid }) => uid === "root.alarm")?.branchType).toBe("ERROR");
});

test("what is not yet a task is left out, and two of one name have no graph", () => {
  expect(graphOf(`${LINE}  - id: half\n  - 12\n  -\n`).nodes).toHaveLength(4);
  expect(buildGraph(parseData(`${LINE}  - {id: a, type: t.A}\n`))).toBeUndefined();
  expect(buildGraph(parseData("- 1"))).toBeUndefined();
  expect(buildGraph(undefined)).toBeUndefined();
});

test("after an edit only what is drawn otherwise is another object", () => {
  const before = layoutGraph(graphOf(LINE));
  expect(sameLayout(before, layoutGraph(graphOf(LINE)))).toBe(true);
  const edited = layoutGraph(graphOf(LINE.replace("id: b", "id: bb")));
  expect(sameLayout(before, edited)).toBe(false);
  const after = keepSame(before, edited);
  expect(after.boxes.map((box) => before.boxes.includes(box))).toEqual([true, false]);
});
