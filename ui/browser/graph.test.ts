import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FlowGraph } from "../src/api/types";
import { buildGraph } from "../src/graph/building";
import { parseData } from "../src/source/document";
import { stage } from "./stage";

const { origin } = await stage();
const CORE = "io.kestra.plugin.core";
const LOG = (id: string): string => `{id: ${id}, type: ${CORE}.log.Log, message: m}`;

/** One task of each type that holds others, with side lists, nesting and lists that are empty or written as one task. */
const HOLDERS = `id: holders
namespace: test
triggers:
  - {id: daily, type: ${CORE}.trigger.Schedule, cron: "0 0 * * *"}
  - {id: hook, type: ${CORE}.trigger.Webhook, key: abcdefgh, disabled: true}
tasks:
  - {id: sequence, type: ${CORE}.flow.Sequential, tasks: [${LOG("s1")}, ${LOG("s2")}], errors: [${LOG("s3")}]}
  - {id: fork, type: ${CORE}.flow.Parallel, tasks: [${LOG("p1")}, ${LOG("p2")}], finally: [${LOG("p3")}, ${LOG("p4")}]}
  - id: dag
    type: ${CORE}.flow.Dag
    tasks:
      - task: ${LOG("d1")}
      - task: ${LOG("d2")}
        dependsOn: [d1]
      - task: {id: d3, type: ${CORE}.flow.Parallel, tasks: [${LOG("d4")}]}
        dependsOn: [d1, d2]
  - {id: either, type: ${CORE}.flow.If, condition: "{{ true }}", else: [${LOG("e2")}], then: [${LOG("e1")}]}
  - id: pick
    type: ${CORE}.flow.Switch
    value: a
    cases:
      a: [${LOG("c1")}, ${LOG("c2")}]
      b: []
    defaults:
  - {id: each, type: ${CORE}.flow.ForEach, values: [1, 2], tasks: [${LOG("f1")}, ${LOG("f2")}]}
  - {id: old, type: ${CORE}.flow.EachParallel, value: [1], tasks: [${LOG("o1")}, ${LOG("o2")}]}
  - {id: until, type: ${CORE}.flow.LoopUntil, condition: "{{ true }}", tasks: [${LOG("u1")}]}
  - {id: pause, type: ${CORE}.flow.Pause, onPause: ${LOG("h1")}, tasks: [${LOG("h2")}]}
  - {id: plain, type: ${CORE}.flow.Pause}
  - {id: allowed, type: ${CORE}.flow.AllowFailure, tasks: [${LOG("a1")}]}
  - {id: place, type: ${CORE}.flow.WorkingDirectory, tasks: [${LOG("w1")}]}
  - {id: call, type: ${CORE}.flow.Subflow, namespace: test, flowId: other}
  - {id: batch, type: ${CORE}.flow.ForEachItem, items: "{{ inputs.x }}", namespace: test, flowId: other}
errors: [${LOG("x1")}, {id: x2, type: ${CORE}.flow.Sequential, tasks: [${LOG("x3")}]}]
finally: [{id: y1, type: ${CORE}.flow.Sequential, tasks: [${LOG("y2")}]}]
afterExecution: [${LOG("z1")}, ${LOG("z2")}]
`;

const examples = join(import.meta.dirname, "../../examples");
const flows = readdirSync(examples, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name) => readFileSync(join(examples, name), "utf8"))
  .filter((text) => /^tasks:/m.test(text));

/** What of a graph is drawn. */
function shape({ nodes, edges, clusters }: FlowGraph): unknown {
  return {
    nodes: nodes.map(({ uid, type, branchType, task, trigger }) => {
      const what = task ?? trigger;
      return [uid, type, branchType, what?.id, what?.type, Boolean(what?.disabled)];
    }),
    edges: edges.map(({ source, target, relation }) => [source, target, relation.relationType, relation.value]),
    clusters: clusters.map(({ cluster, nodes: own, parents, start, end }) => {
      return [cluster.uid, cluster.type, cluster.taskNode?.uid, own, parents, start, end];
    }),
  };
}

test("14: the graph that follows the text is the one that the server draws", async () => {
  let compared = 0;
  for (const text of [HOLDERS, ...flows]) {
    const headers = { "content-type": "application/x-yaml" };
    const answer = await fetch(`${origin}/api/v1/main/flows/graph`, { method: "POST", body: text, headers });
    if (!answer.ok && text !== HOLDERS) continue; // a flow of another file's plugins
    const told = (await answer.json()) as FlowGraph;
    expect(answer.ok, JSON.stringify(told)).toBe(true);
    const own = buildGraph(parseData(text));
    expect(own && shape(own), text).toEqual(shape(told));
    compared++;
  }
  expect(compared).toBeGreaterThan(3);
});
