import { describe, expect, test } from "vitest";
import type { FlowGraph } from "../api/types";
import { type Box, layoutGraph } from "./layout";

const HIERARCHY = "io.kestra.core.models.hierarchies.";

function node(uid: string): FlowGraph["nodes"][number] {
  return { uid, type: `${HIERARCHY}GraphTask`, task: { id: uid.split(".").at(-1) ?? "", type: "t.Task" } };
}

const port = (uid: string): FlowGraph["nodes"][number] => ({ uid, type: `${HIERARCHY}GraphClusterRoot` });
const edge = (source: string, target: string, relationType = "SEQUENTIAL"): FlowGraph["edges"][number] => ({
  source,
  target,
  relation: { relationType },
});

/** a, then a fork of left and right, then b; an error handler beside. */
const GRAPH: FlowGraph = {
  nodes: [
    port("root.-start"),
    node("root.a"),
    port("root.fork.-start"),
    node("root.fork"),
    node("root.fork.left"),
    node("root.fork.right"),
    port("root.fork.-end"),
    node("root.b"),
    { ...node("root.alarm"), branchType: "ERROR" },
    port("root.-end"),
  ],
  edges: [
    edge("root.-start", "root.a"),
    edge("root.a", "root.fork.-start"),
    edge("root.fork.-start", "root.fork"),
    edge("root.fork", "root.fork.left", "PARALLEL"),
    edge("root.fork", "root.fork.right", "PARALLEL"),
    edge("root.fork.left", "root.fork.-end"),
    edge("root.fork.right", "root.fork.-end"),
    edge("root.fork.-end", "root.b"),
    edge("root.b", "root.-end"),
    edge("root.-start", "root.alarm", "ERROR"),
  ],
  clusters: [
    {
      cluster: { uid: "cluster_root.fork", type: `${HIERARCHY}GraphCluster`, taskNode: node("root.fork") },
      nodes: ["root.fork.-start", "root.fork", "root.fork.left", "root.fork.right", "root.fork.-end"],
      parents: [],
      start: "root.fork.-start",
      end: "root.fork.-end",
    },
  ],
};

function boxes(graph: FlowGraph): Map<string, Box> {
  return new Map(layoutGraph(graph).boxes.map((box) => [box.id, box]));
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

describe("layoutGraph", () => {
  test("what follows stands below, and nothing lies on another", () => {
    const found = boxes(GRAPH);
    const [a, fork, b, alarm] = ["a", "fork", "b", "alarm"].map((id) => found.get(id) as Box);
    expect(a?.y).toBeLessThan(fork?.y ?? 0);
    expect((fork?.y ?? 0) + (fork?.height ?? 0)).toBeLessThan(b?.y ?? 0);
    const all = [a, fork, b, alarm] as Box[];
    for (const one of all) for (const other of all) if (one !== other) expect(overlap(one, other)).toBe(false);
  });

  test("a box holds its tasks beside each other, in the order of the text", () => {
    const found = boxes(GRAPH);
    const [fork, left, right] = ["fork", "left", "right"].map((id) => found.get(id) as Box);
    expect(left?.y).toBe(right?.y);
    expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThanOrEqual(right?.x ?? 0);
    for (const inner of [left, right] as Box[]) {
      expect(inner.x).toBeGreaterThanOrEqual(fork?.x ?? 0);
      expect(inner.x + inner.width).toBeLessThanOrEqual((fork?.x ?? 0) + (fork?.width ?? 0));
      expect(inner.y + inner.height).toBeLessThanOrEqual((fork?.y ?? 0) + (fork?.height ?? 0));
    }
  });

  test("lines begin and end inside of a box where they stay in it", () => {
    const lines = new Map(layoutGraph(GRAPH).lines.map((line) => [`${line.source} ${line.target}`, line]));
    expect(lines.get("cluster_root.fork root.fork.left")).toMatchObject({ sourceInner: true, targetInner: false });
    expect(lines.get("root.fork.left cluster_root.fork")).toMatchObject({ sourceInner: false, targetInner: true });
    expect(lines.get("root.a cluster_root.fork")).toMatchObject({ sourceInner: false, targetInner: false });
    expect(lines.size).toBe(6);
  });

  test("a thousand tasks stand one below the other", () => {
    const uids = Array.from({ length: 1_000 }, (_, index) => `root.t${index}`);
    const edges = uids.slice(1).map((uid, index) => edge(uids[index] ?? "", uid));
    const { boxes: placed } = layoutGraph({ nodes: uids.map(node), edges, clusters: [] });
    expect(placed).toHaveLength(1_000);
    for (const [index, box] of placed.slice(1).entries()) {
      const above = placed[index];
      expect(box.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0));
      expect(box.x).toBe(above?.x);
    }
  });
});
