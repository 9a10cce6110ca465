/**
 * Places the nodes of a flow's graph: boxes within boxes, each level in layers from top to bottom.
 *
 * A flowable is a box whose header is its task; what starts and ends a cluster is its upper and lower edge. Every
 * level is laid out by itself, in the order of the text, so that an edit moves only what stands behind it.
 */

import type { FlowGraph, GraphCluster, GraphNode } from "../api/types";

export const NODE = { width: 208, height: 48 };
const GAP = { x: 32, y: 36 };
const PAD = { x: 16, top: 58, bottom: 28 };

export interface Box {
  uid: string;
  kind: "task" | "trigger" | "group";
  x: number;
  y: number;
  width: number;
  height: number;
  id: string;
  type: string;
  isDisabled: boolean;
  branch: string | undefined;
  depth: number;
}

export interface Line {
  id: string;
  source: string;
  target: string;
  /** It begins at the inner upper edge of its source, or ends at the inner lower edge of its target. */
  sourceInner: boolean;
  targetInner: boolean;
  isError: boolean;
  label: string | undefined;
}

export interface Layout {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

interface Level {
  members: string[];
  edges: [string, string][];
}

interface Size {
  width: number;
  height: number;
}

/** Lays a graph out; what it does not know it leaves out. */
export function layoutGraph(graph: FlowGraph): Layout {
  const tree = treeOf(graph);
  const boxes: Box[] = [];
  const sizes = new Map<string, Size>();
  const places = new Map<string, Map<string, { x: number; y: number }>>();
  const measure = (cluster: string): Size => {
    const level = tree.levels.get(cluster) ?? { members: [], edges: [] };
    for (const member of level.members) sizes.set(member, tree.clusters.has(member) ? measureGroup(member) : NODE);
    const { size, at } = arrange(level, sizes);
    places.set(cluster, at);
    return size;
  };
  const measureGroup = (cluster: string): Size => {
    const inner = measure(cluster);
    const width = Math.max(inner.width, NODE.width);
    return { width: width + 2 * PAD.x, height: inner.height + PAD.top + PAD.bottom };
  };
  const place = (cluster: string, x: number, y: number, depth: number): void => {
    for (const [member, at] of places.get(cluster) ?? []) {
      const size = sizes.get(member) ?? NODE;
      boxes.push(boxOf(tree, member, { x: x + at.x, y: y + at.y, ...size }, depth));
      if (!tree.clusters.has(member)) continue;
      const inner = places.get(member);
      const used = Math.max(0, ...[...(inner ?? [])].map(([uid, to]) => to.x + (sizes.get(uid)?.width ?? 0)));
      place(member, x + at.x + (size.width - used) / 2, y + at.y + PAD.top, depth + 1);
    }
  };
  const size = measure("");
  place("", 0, 0, 0);
  return { boxes, lines: tree.lines, ...size };
}

interface Tree {
  nodes: Map<string, GraphNode>;
  clusters: Map<string, GraphCluster>;
  levels: Map<string, Level>;
  lines: Line[];
}

/** Sorts nodes into clusters and lifts each edge to the level where both its ends are members. */
function treeOf(graph: FlowGraph): Tree {
  const nodes = new Map(graph.nodes.map((node) => [node.uid, node]));
  const clusters = new Map(graph.clusters.map((cluster) => [cluster.cluster.uid, cluster]));
  const home = new Map<string, string>();
  const ports = new Map<string, { cluster: string }>();
  const headers = new Map<string, string>();
  for (const [uid, cluster] of clusters) {
    home.set(uid, cluster.parents.at(-1) ?? "");
    ports.set(cluster.start, { cluster: uid });
    ports.set(cluster.end, { cluster: uid });
    const task = uid.slice("cluster_".length);
    if (cluster.cluster.taskNode) {
      ports.set(task, { cluster: uid });
      headers.set(task, uid);
    }
    for (const node of cluster.nodes) home.set(node, uid);
  }
  const levels = new Map<string, Level>([["", { members: [], edges: [] }]]);
  for (const uid of clusters.keys()) levels.set(uid, { members: [], edges: [] });
  const isShown = (uid: string): boolean => !ports.has(uid) && Boolean(nodes.get(uid)?.task || nodes.get(uid)?.trigger);
  for (const uid of [...order(graph, headers), ...clusters.keys()]) {
    const isMember = clusters.has(uid) || isShown(uid);
    const level = levels.get(home.get(uid) ?? "");
    if (isMember && level && !level.members.includes(uid)) level.members.push(uid);
  }
  const lines: Line[] = [];
  const chain = (uid: string): string[] => {
    const found = [uid];
    for (let at = home.get(uid); at; at = home.get(at)) found.push(at);
    return [...found, ""];
  };
  for (const { source, target, relation } of throughStart(graph)) {
    const from = endOf(source, ports);
    const to = endOf(target, ports);
    if (from.uid === to.uid) continue;
    const outer = chain(from.uid);
    const inner = chain(to.uid);
    if (!nodes.has(source) || !nodes.has(target)) continue;
    const isFromInner = inner.includes(from.uid);
    const isToInner = outer.includes(to.uid);
    const key = `${source}>${target}`;
    if (from.uid === "" || to.uid === "" || !(isShownEnd(from.uid) && isShownEnd(to.uid))) continue;
    lines.push({
      id: key,
      source: from.uid,
      target: to.uid,
      sourceInner: isFromInner,
      targetInner: isToInner,
      isError: relation.relationType === "ERROR",
      label: relation.value,
    });
    if (isFromInner || isToInner) continue;
    const shared = outer.find((uid) => inner.includes(uid)) ?? "";
    const lift = (path: string[]): string => path[path.indexOf(shared) - 1] ?? path[0] ?? "";
    levels.get(shared)?.edges.push([lift(outer), lift(inner)]);
  }
  return { nodes, clusters, levels, lines };

  function isShownEnd(uid: string): boolean {
    return clusters.has(uid) || isShown(uid);
  }
}

/** Nodes in the order of the text; a cluster stands where its task does. */
function order(graph: FlowGraph, headers: Map<string, string>): string[] {
  return graph.nodes.map(({ uid }) => headers.get(uid) ?? uid);
}

function endOf(uid: string, ports: Map<string, { cluster: string }>): { uid: string } {
  return { uid: ports.get(uid)?.cluster ?? uid };
}

/** Edges with the start of the flow left out: what led to it leads to what follows it. */
function throughStart(graph: FlowGraph): FlowGraph["edges"] {
  const start = "root.-start";
  const before = graph.edges.filter(({ target }) => target === start);
  const after = graph.edges.filter(({ source, relation }) => source === start && relation.relationType !== "ERROR");
  const joined = before.flatMap(({ source }) => after.map(({ target, relation }) => ({ source, target, relation })));
  return [...graph.edges.filter(({ source, target }) => source !== start && target !== start), ...joined];
}

/** One level: layers by the longest way, each centred; parts without a link stand side by side. */
function arrange(level: Level, sizes: Map<string, Size>): { size: Size; at: Map<string, { x: number; y: number }> } {
  const at = new Map<string, { x: number; y: number }>();
  let left = 0;
  let height = 0;
  for (const part of partsOf(level)) {
    const layers = layersOf(part, level.edges);
    const widths = layers.map(
      (layer) => sum(layer.map((uid) => sizes.get(uid)?.width ?? 0)) + GAP.x * (layer.length - 1),
    );
    const width = Math.max(0, ...widths);
    let y = 0;
    layers.forEach((layer, index) => {
      let x = left + (width - (widths[index] ?? 0)) / 2;
      for (const uid of layer) {
        at.set(uid, { x, y });
        x += (sizes.get(uid)?.width ?? 0) + GAP.x;
      }
      y += Math.max(0, ...layer.map((uid) => sizes.get(uid)?.height ?? 0)) + GAP.y;
    });
    height = Math.max(height, y - GAP.y);
    left += width + GAP.x;
  }
  return { size: { width: Math.max(0, left - GAP.x), height: Math.max(0, height) }, at };
}

function partsOf({ members, edges }: Level): string[][] {
  const part = new Map(members.map((uid) => [uid, uid]));
  const rootOf = (uid: string): string => {
    let at = uid;
    while (part.get(at) !== at) at = part.get(at) ?? at;
    return at;
  };
  for (const [from, to] of edges) if (part.has(from) && part.has(to)) part.set(rootOf(to), rootOf(from));
  const groups = new Map<string, string[]>();
  for (const uid of members) groups.set(rootOf(uid), [...(groups.get(rootOf(uid)) ?? []), uid]);
  return [...groups.values()];
}

function layersOf(part: string[], edges: [string, string][]): string[][] {
  const inside = new Set(part);
  const before = new Map<string, string[]>(part.map((uid) => [uid, []]));
  for (const [from, to] of edges) if (inside.has(from) && inside.has(to)) before.get(to)?.push(from);
  const depth = new Map<string, number>();
  const depthOf = (uid: string, seen: Set<string>): number => {
    const known = depth.get(uid);
    if (known !== undefined) return known;
    if (seen.has(uid)) return 0;
    seen.add(uid);
    const found = Math.max(-1, ...(before.get(uid) ?? []).map((one) => depthOf(one, seen))) + 1;
    depth.set(uid, found);
    return found;
  };
  const layers: string[][] = [];
  for (const uid of part) {
    const at = depthOf(uid, new Set());
    layers[at] = [...(layers[at] ?? []), uid];
  }
  return layers.filter(Boolean);
}

function boxOf(tree: Tree, uid: string, rect: { x: number; y: number } & Size, depth: number): Box {
  const cluster = tree.clusters.get(uid);
  const node = cluster ? (cluster.cluster.taskNode ?? undefined) : tree.nodes.get(uid);
  const what = node?.task ?? node?.trigger;
  return {
    uid,
    kind: cluster ? "group" : node?.trigger ? "trigger" : "task",
    ...rect,
    id: what?.id ?? "triggers",
    type: what?.type ?? "",
    isDisabled: what?.disabled ?? false,
    branch: tree.nodes.get(cluster ? uid.slice("cluster_".length) : uid)?.branchType,
    depth,
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
