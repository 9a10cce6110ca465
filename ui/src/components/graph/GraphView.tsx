import "@xyflow/react/dist/base.css";
import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { FlowGraph } from "../../api/types";
import type { Mark } from "../../graph/difference";
import { type Layout, layoutGraph } from "../../graph/layout";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";
import { taskUid, useEdges, useNodes } from "./drawn";
import { FlowEdge } from "./FlowEdge";
import { GroupNode } from "./GroupNode";
import type { NodeRun } from "./nodeData";
import { TaskNode } from "./TaskNode";

export interface GraphViewProps extends Shown {
  graph: FlowGraph;
}

interface LayoutViewProps extends Shown {
  layout: Layout;
}

interface Shown {
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
export function GraphView({ graph, ...shown }: GraphViewProps) {
  const layout = useMemo(() => layoutGraph(graph), [graph]);
  return <LayoutView layout={layout} {...shown} />;
}

/** The same of a graph that is laid out already. */
export function LayoutView(props: LayoutViewProps) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ layout, selected, runs, problems, marks, onSelect, onAddAfter, onKey }: LayoutViewProps) {
  const flow = useReactFlow();
  const latest = useRef({ onSelect, onAddAfter });
  latest.current = { onSelect, onAddAfter };
  const canAdd = onAddAfter !== undefined;
  const choose = useCallback((uid: string) => latest.current.onSelect(taskUid(uid)), []);
  const addAfter = useCallback((uid: string) => latest.current.onAddAfter?.(uid), []);
  const nodes = useNodes(layout, { selected, runs, problems, marks, choose });
  const edges = useEdges(layout, canAdd ? addAfter : undefined);
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
  const isMoved = useRef(false);
  const fit = useRef((_: number) => {});
  fit.current = (by) => {
    const { x, y, zoom } = flow.getViewport();
    const isTooWide = layout.width * zoom > (frame.current?.clientWidth ?? 0);
    if (isTooWide && !isMoved.current) show.current();
    else void flow.setViewport({ x: x + by, y, zoom });
  };
  const isEmpty = count === 0;
  useEffect(() => {
    const element = frame.current;
    if (isEmpty || !element) return;
    // A panel that was not seen until now had no size to show anything in; in one that others take room from, what was
    // in the middle stays there.
    let width = 0;
    const observer = new ResizeObserver(() => {
      const former = width;
      width = element.clientWidth;
      if (width === former || width === 0) return;
      if (former === 0) window.requestAnimationFrame(() => show.current());
      else fit.current((width - former) / 2);
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
        onMoveStart={(event) => {
          if (event) isMoved.current = true;
        }}
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
