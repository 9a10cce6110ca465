/**
 * Places what leads to each other in layers from left to right, for graphs that need be no trees and may have circles.
 *
 * A circle is opened at the edge that closes it, seen in the order given. Within a layer, nodes are put near those they
 * are linked with, so that few lines cross; what has no link at all is left out and named apart.
 */

export interface Link {
  source: string;
  target: string;
}

export interface Layered {
  at: Map<string, { x: number; y: number }>;
  width: number;
  height: number;
  /** Nodes that nothing leads to or from. */
  alone: string[];
}

export const CARD = { width: 220, height: 48 };
const GAP = { x: 72, y: 20 };
const SWEEPS = 4;

export function layer(nodes: readonly string[], links: readonly Link[]): Layered {
  const known = new Set(nodes);
  const kept = links.filter(({ source, target }) => known.has(source) && known.has(target) && source !== target);
  const linked = new Set(kept.flatMap(({ source, target }) => [source, target]));
  const members = nodes.filter((uid) => linked.has(uid));
  const forward = opened(members, kept);
  const layers = untangled(columnsOf(members, forward), forward);
  const tallest = Math.max(0, ...layers.map((one) => one.length));
  const heightOf = (count: number): number => count * CARD.height + Math.max(0, count - 1) * GAP.y;
  const height = heightOf(tallest);
  const at = new Map<string, { x: number; y: number }>();
  layers.forEach((column, index) => {
    const top = (height - heightOf(column.length)) / 2;
    column.forEach((uid, place) => {
      at.set(uid, { x: index * (CARD.width + GAP.x), y: top + place * (CARD.height + GAP.y) });
    });
  });
  const width = layers.length * CARD.width + Math.max(0, layers.length - 1) * GAP.x;
  return { at, width, height, alone: nodes.filter((uid) => !linked.has(uid)) };
}

/** The links without those that close a circle. */
function opened(nodes: readonly string[], links: readonly Link[]): Link[] {
  const next = new Map<string, string[]>();
  for (const { source, target } of links) next.set(source, [...(next.get(source) ?? []), target]);
  const state = new Map<string, "open" | "done">();
  const kept: Link[] = [];
  for (const start of nodes) {
    if (state.has(start)) continue;
    // Without recursion: a chain of flows may be longer than the stack is deep.
    const stack: { uid: string; index: number }[] = [{ uid: start, index: 0 }];
    state.set(start, "open");
    while (stack.length > 0) {
      const top = stack.at(-1) as { uid: string; index: number };
      const target = next.get(top.uid)?.[top.index++];
      if (target === undefined) {
        state.set(top.uid, "done");
        stack.pop();
        continue;
      }
      if (state.get(target) === "open") continue;
      kept.push({ source: top.uid, target });
      if (!state.has(target)) {
        state.set(target, "open");
        stack.push({ uid: target, index: 0 });
      }
    }
  }
  return kept;
}

/** Each node as far right as the longest way that leads to it. */
function columnsOf(nodes: readonly string[], links: readonly Link[]): string[][] {
  const waiting = new Map(nodes.map((uid) => [uid, 0]));
  const next = new Map<string, string[]>();
  for (const { source, target } of links) {
    waiting.set(target, (waiting.get(target) ?? 0) + 1);
    next.set(source, [...(next.get(source) ?? []), target]);
  }
  const depth = new Map<string, number>();
  const ready = nodes.filter((uid) => waiting.get(uid) === 0);
  for (const uid of ready) depth.set(uid, 0);
  for (let uid = ready.shift(); uid !== undefined; uid = ready.shift()) {
    for (const target of next.get(uid) ?? []) {
      depth.set(target, Math.max(depth.get(target) ?? 0, (depth.get(uid) ?? 0) + 1));
      waiting.set(target, (waiting.get(target) ?? 1) - 1);
      if (waiting.get(target) === 0) ready.push(target);
    }
  }
  const columns: string[][] = [];
  for (const uid of nodes) {
    const column = depth.get(uid) ?? 0;
    columns[column] = [...(columns[column] ?? []), uid];
  }
  return columns.filter(Boolean);
}

/** Orders each column by the middle of what it is linked with in the column before, then back. */
function untangled(columns: string[][], links: readonly Link[]): string[][] {
  const neighbours = new Map<string, string[]>();
  for (const { source, target } of links) {
    neighbours.set(source, [...(neighbours.get(source) ?? []), target]);
    neighbours.set(target, [...(neighbours.get(target) ?? []), source]);
  }
  let found = columns;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const place = new Map(found.flatMap((column) => column.map((uid, index): [string, number] => [uid, index])));
    const middle = (uid: string): number => {
      const near = (neighbours.get(uid) ?? []).map((one) => place.get(one) ?? 0);
      return near.length > 0 ? near.reduce((sum, one) => sum + one, 0) / near.length : (place.get(uid) ?? 0);
    };
    found = found.map((column, index) =>
      index % 2 === sweep % 2 ? column : column.toSorted((one, other) => middle(one) - middle(other)),
    );
  }
  return found;
}
