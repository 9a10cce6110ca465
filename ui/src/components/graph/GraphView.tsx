import "@xyflow/react/dist/base.css";
import {
  Background,
  BackgroundVariant,
  type Edge,
  type Node,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import type { FlowGraph, StateName } from "../../api/types";
import type { Mark } from "../../graph/difference";
import { layoutGraph } from "../../graph/layout";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";
import { FlowEdge } from "./FlowEdge";
import { GroupNode } from "./GroupNode";
import { TaskNode } from "./TaskNode";

/** What a run made of a node. */
export interface NodeRun {
  state: StateName;
  note: string;
}

export interface GraphViewProps {
  graph: FlowGraph;
  selected?: string | undefined;
  /** By the uid of the node; a group has that of its task. */
  runs?: ReadonlyMap<string, NodeRun>;
  problems?: ReadonlyMap<string, "error" | "warning">;
  /** What became of a node since an older graph. */
  marks?: ReadonlyMap<string, Mark>;
  onSelect: (uid: string) => void;
  /** Shows a button on each edge that puts a task behind its source. */
  onAddAfter?: (uid: string) => void;
  onKey?: (key: string, uid: string) => boolean;
}

const LEAST_ZOOM = 0.45;
const NODE_TYPES = { task: TaskNode, box: GroupNode };
const EDGE_TYPES = { flow: FlowEdge };
/** Nodes are buttons that say what they are; keys of the library, which these describe, are off. */
const UNSAID = { "node.a11yDescription.default": "", "edge.a11yDescription.default": "" };

/** The graph of a flow: tasks, boxes around those that hold others, and how one follows the other. */
export function GraphView(props: GraphViewProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ graph, selected, runs, problems, marks, onSelect, onAddAfter, onKey }: GraphViewProps) {
  const flow = useReactFlow();
  const layout = useMemo(() => layoutGraph(graph), [graph]);
  const latest = useRef({ onSelect, onAddAfter });
  latest.current = { onSelect, onAddAfter };
  const canAdd = onAddAfter !== undefined;
  const nodes = useMemo<Node[]>(
    () =>
      layout.boxes.map((box) => {
        const uid = taskUid(box.uid);
        return {
          id: box.uid,
          type: box.kind === "group" ? "box" : "task",
          position: { x: box.x, y: box.y },
          width: box.width,
          height: box.height,
          zIndex: box.depth * 2,
          data: {
            box,
            run: runs?.get(uid),
            problem: problems?.get(uid),
            mark: marks?.get(uid),
            isSelected: uid === selected,
            choose: () => latest.current.onSelect(uid),
          },
        };
      }),
    [layout, runs, problems, marks, selected],
  );
  const edges = useMemo<Edge[]>(() => {
    // Behind a trigger there is no list to put a task into.
    const addable = new Set(layout.boxes.filter(({ kind, type }) => kind !== "trigger" && type).map(({ uid }) => uid));
    const ids = new Map(layout.boxes.map(({ uid, id }) => [uid, id]));
    return layout.lines.map((line) => ({
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
      data: {
        isError: line.isError,
        label: line.label,
        add:
          canAdd && !line.sourceInner && addable.has(line.source)
            ? () => latest.current.onAddAfter?.(taskUid(line.source))
            : undefined,
      },
    }));
  }, [layout, canAdd]);
  const count = layout.boxes.length;
  const frame = useRef<HTMLDivElement>(null);
  const show = useRef(() => {});
  // A graph too long to be read as a whole begins at its top.
  show.current = () => {
    const { clientWidth = 0, clientHeight = 0 } = frame.current ?? {};
    if (clientWidth === 0) return;
    const zoom = Math.min(1, (clientWidth * 0.92) / layout.width, (clientHeight * 0.92) / layout.height);
    const readable = Math.max(zoom, Math.min(1, Math.max(LEAST_ZOOM, (clientWidth * 0.92) / layout.width)));
    if (zoom >= LEAST_ZOOM) void flow.fitView({ maxZoom: 1, padding: 0.08 });
    else void flow.setViewport({ x: (clientWidth - layout.width * readable) / 2, y: 24, zoom: readable });
  };
  const isEmpty = count === 0;
  useEffect(() => {
    const element = frame.current;
    if (isEmpty || !element) return;
    // A panel that was not seen until now had no size to show anything in.
    let width = 0;
    const observer = new ResizeObserver(() => {
      if (width === 0 && element.clientWidth > 0) window.requestAnimationFrame(() => show.current());
      width = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isEmpty]);
  return (
    <div
      className="graph"
      ref={frame}
      onKeyDown={(event) => {
        if (selected && onKey?.(event.key, selected)) event.preventDefault();
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        ariaLabelConfig={UNSAID}
        onlyRenderVisibleElements={count > 150}
        minZoom={0.1}
        maxZoom={1.5}
        zoomOnDoubleClick={false}
        onInit={() => show.current()}
        proOptions={{ hideAttribution: false }}
      >
        <Background variant={BackgroundVariant.Dots} gap={16} size={1.4} color="var(--border)" />
      </ReactFlow>
      <span className="btns graph__zoom">
        <button
          className="btn btn--s btn--icon"
          type="button"
          aria-label={t("Zoom out")}
          onClick={() => void flow.zoomOut()}
        >
          <Icon name="minus" small />
        </button>
        <button
          className="btn btn--s btn--icon"
          type="button"
          aria-label={t("Zoom in")}
          onClick={() => void flow.zoomIn()}
        >
          <Icon name="plus" small />
        </button>
        <button
          className="btn btn--s btn--icon"
          type="button"
          aria-label={t("Fit the graph")}
          onClick={() => show.current()}
        >
          <Icon name="fit" small />
        </button>
      </span>
    </div>
  );
}

/** Groups are named after their cluster; people and the text name the task. */
function taskUid(uid: string): string {
  return uid.replace(/^cluster_/, "");
}
