import { expect, test } from "vitest";
import type { FlowGraph } from "../api/types";
import { differenceOf } from "./difference";
import { layoutGraph } from "./layout";

/** A flow of tasks one after another. */
function chain(...ids: string[]): FlowGraph {
  const uids = ids.map((id) => `root.${id}`);
  return {
    nodes: ids.map((id) => ({ uid: `root.${id}`, type: "GraphTask", task: { id, type: "t.Log" } })),
    edges: uids.slice(1).map((target, index) => ({
      source: uids[index] ?? "",
      target,
      relation: { relationType: "SEQUENTIAL" },
    })),
    clusters: [],
  };
}

test("what came, went and changed is marked, each once", () => {
  const { marks, counts } = differenceOf(chain("a", "b", "c"), chain("a", "x", "c"), new Set(["c"]));
  expect(Object.fromEntries(marks)).toEqual({ "root.a": "same", "root.x": "add", "root.c": "chg", "root.b": "del" });
  expect(counts).toEqual({ add: 1, del: 1, chg: 1, same: 1 });
});

test("a task with another type is a changed one", () => {
  const now = chain("a");
  now.nodes[0] = { uid: "root.a", type: "GraphTask", task: { id: "a", type: "t.Other" } };
  expect(differenceOf(chain("a"), now, new Set()).marks.get("root.a")).toBe("chg");
});

test("what is gone stands between its former neighbours", () => {
  const { graph } = differenceOf(chain("a", "b", "c"), chain("a", "c"), new Set());
  expect(graph.nodes.map(({ uid }) => uid)).toEqual(["root.a", "root.b", "root.c"]);
  const boxes = new Map(layoutGraph(graph).boxes.map((box) => [box.id, box.y]));
  expect(boxes.get("a")).toBeLessThan(boxes.get("b") ?? 0);
  expect(boxes.get("b")).toBeLessThan(boxes.get("c") ?? 0);
});

test("nothing changed is nothing marked", () => {
  expect(differenceOf(chain("a", "b"), chain("a", "b"), new Set()).counts).toEqual({ add: 0, del: 0, chg: 0, same: 2 });
});
