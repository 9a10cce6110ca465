import type { FlowGraph, GraphCluster, GraphEdge, GraphNode } from "../api/types";

export type Mark = "add" | "del" | "chg" | "same";

/** Two graphs drawn as one: what either has, and what became of each node. */
export interface GraphDifference {
  graph: FlowGraph;
  /** By the uid of the node; a group has that of its task. */
  marks: Map<string, Mark>;
  counts: Record<Mark, number>;
}

/**
 * Lays a graph over an older one.
 *
 * @param changed The ids of tasks and triggers whose text is another; a graph shows types and order only.
 */
export function differenceOf(old: FlowGraph, now: FlowGraph, changed: ReadonlySet<string>): GraphDifference {
  const marks = new Map<string, Mark>();
  const before = new Map(old.nodes.map((node) => [node.uid, node]));
  const after = new Map(now.nodes.map((node) => [node.uid, node]));
  for (const [uid, node] of after) {
    const what = node.task ?? node.trigger;
    if (!what) continue;
    const former = before.get(uid);
    const isOther = former !== undefined && (kindOf(former) !== kindOf(node) || changed.has(what.id));
    marks.set(uid, former === undefined ? "add" : isOther ? "chg" : "same");
  }
  for (const [uid, node] of before) if (!after.has(uid) && (node.task ?? node.trigger)) marks.set(uid, "del");
  const counts: Record<Mark, number> = { add: 0, del: 0, chg: 0, same: 0 };
  for (const mark of marks.values()) counts[mark]++;
  return { graph: union(old, now), marks, counts };
}

/** Nodes that are gone stand where they stood: behind the last node before them that is still there. */
function union(old: FlowGraph, now: FlowGraph): FlowGraph {
  const nodes = [...now.nodes];
  old.nodes.forEach((node, index) => {
    if (nodes.some(({ uid }) => uid === node.uid)) return;
    const before = old.nodes.slice(0, index).findLast(({ uid }) => nodes.some((one) => one.uid === uid));
    const at = before ? nodes.findIndex(({ uid }) => uid === before.uid) + 1 : 0;
    nodes.splice(at, 0, node);
  });
  return { nodes, edges: unionEdges(old, now), clusters: unionClusters(old, now) };
}

function unionEdges(old: FlowGraph, now: FlowGraph): GraphEdge[] {
  const there = new Set(now.nodes.map(({ uid }) => uid));
  // An edge between two nodes that are both still there is gone with what changed around them.
  const gone = old.edges.filter(({ source, target }) => !there.has(source) || !there.has(target));
  return [...now.edges, ...gone];
}

function unionClusters(old: FlowGraph, now: FlowGraph): GraphCluster[] {
  const former = new Map(old.clusters.map((one) => [one.cluster.uid, one]));
  const merged = now.clusters.map((one) => {
    const other = former.get(one.cluster.uid);
    return other ? { ...one, nodes: [...new Set([...one.nodes, ...other.nodes])] } : one;
  });
  const known = new Set(now.clusters.map(({ cluster }) => cluster.uid));
  return [...merged, ...old.clusters.filter(({ cluster }) => !known.has(cluster.uid))];
}

function kindOf({ task, trigger, branchType }: GraphNode): string {
  return [task?.type ?? trigger?.type, task?.disabled ?? trigger?.disabled ?? false, branchType].join(" ");
}
