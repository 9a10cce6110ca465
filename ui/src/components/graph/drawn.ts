import type { Edge, Node } from "@xyflow/react";
import { useMemo, useRef } from "react";
import type { Mark } from "../../graph/difference";
import type { Box, Layout, Line } from "../../graph/layout";
import { t } from "../../i18n/text";
import type { NodeData, NodeRun } from "./nodeData";

interface Marks {
  selected: string | undefined;
  runs: ReadonlyMap<string, NodeRun> | undefined;
  problems: ReadonlyMap<string, "error" | "warning"> | undefined;
  marks: ReadonlyMap<string, Mark> | undefined;
  choose: (uid: string) => void;
}

/** What is drawn for the boxes; a node stays the same object until something of it changes, and is not drawn anew. */
export function useNodes(layout: Layout, { selected, runs, problems, marks, choose }: Marks): Node[] {
  const kept = useRef(new Map<string, Node>());
  return useMemo(() => {
    const now = new Map<string, Node>();
    for (const box of layout.boxes) {
      const uid = taskUid(box.uid);
      const data: NodeData = {
        box,
        run: runs?.get(uid),
        problem: problems?.get(uid),
        mark: marks?.get(uid),
        isSelected: uid === selected,
        choose,
      };
      const old = kept.current.get(box.uid);
      now.set(box.uid, old && isSame(old.data as NodeData, data) ? old : nodeOf(box, data));
    }
    kept.current = now;
    return [...now.values()];
  }, [layout, runs, problems, marks, selected, choose]);
}

/** The same for the lines, with a button on each behind which a task can be put. */
export function useEdges(layout: Layout, addAfter: ((uid: string) => void) | undefined): Edge[] {
  const kept = useRef(new Map<string, { line: Line; canAdd: boolean; edge: Edge }>());
  return useMemo(() => {
    // Behind a trigger there is no list to put a task into.
    const addable = new Set(layout.boxes.filter(({ kind, type }) => kind !== "trigger" && type).map(({ uid }) => uid));
    const ids = new Map(layout.boxes.map(({ uid, id }) => [uid, id]));
    const now: typeof kept.current = new Map();
    for (const line of layout.lines) {
      const canAdd = addAfter !== undefined && !line.sourceInner && addable.has(line.source);
      const old = kept.current.get(line.id);
      const isSameLine = old && old.line === line && old.canAdd === canAdd;
      const edge = isSameLine
        ? old.edge
        : edgeOf(line, ids, canAdd ? () => addAfter?.(taskUid(line.source)) : undefined);
      now.set(line.id, { line, canAdd, edge });
    }
    kept.current = now;
    return [...now.values()].map(({ edge }) => edge);
  }, [layout, addAfter]);
}

/** Groups are named after their cluster; people and the text name the task. */
export function taskUid(uid: string): string {
  return uid.replace(/^cluster_/, "");
}

function nodeOf(box: Box, data: NodeData): Node {
  return {
    id: box.uid,
    type: box.kind === "group" ? "box" : "task",
    position: { x: box.x, y: box.y },
    width: box.width,
    height: box.height,
    zIndex: box.depth * 2,
    data,
  };
}

function edgeOf(line: Line, ids: ReadonlyMap<string, string>, add: (() => void) | undefined): Edge {
  return {
    id: line.id,
    ariaLabel: t("From {source} to {target}", {
      source: ids.get(line.source) ?? line.source,
      target: ids.get(line.target) ?? line.target,
    }),
    type: "flow",
    source: line.source,
    target: line.target,
    sourceHandle: line.sourceInner ? "inner" : "out",
    targetHandle: line.targetInner ? "inner-end" : "in",
    zIndex: 1,
    data: { isError: line.isError, label: line.label, add },
  };
}

function isSame(one: NodeData, other: NodeData): boolean {
  return (
    one.box === other.box &&
    one.run?.state === other.run?.state &&
    one.run?.note === other.run?.note &&
    one.problem === other.problem &&
    one.mark === other.mark &&
    one.isSelected === other.isSelected &&
    one.choose === other.choose
  );
}
