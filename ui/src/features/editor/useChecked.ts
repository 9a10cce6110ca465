import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useMemo, useRef } from "react";
import { graphOfSource, validateFlow } from "../../api/flows";
import type { FlowGraph, Validation } from "../../api/types";
import { usePaused } from "./usePaused";

const PAUSE_MS = 60;

export interface Checked {
  /** Null until the server has seen the text as it is now. */
  validation: Validation | null;
  /** The graph of the last text that had one. */
  graph: FlowGraph | undefined;
  isGraphOld: boolean;
  isUnreachable: boolean;
}

/** What the server says of a text: asked again whenever typing pauses. */
export function useChecked(text: string, hasTasks: boolean): Checked {
  const calm = usePaused(text, PAUSE_MS);
  const editor = useId();
  const version = useVersion(calm);
  const validation = useQuery({
    queryKey: ["editor", editor, "validate", version],
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: calm.trim() !== "",
    queryFn: ({ signal }) => validateFlow(calm, signal),
  });
  const graph = useQuery({
    queryKey: ["editor", editor, "graph", version],
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    // Without a task there is nothing to draw, and no flow either: the server would only refuse it.
    enabled: hasTasks && calm.trim() !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => graphOfSource(calm, signal),
  });
  const shown = useRef<{ key: string; graph: FlowGraph } | null>(null);
  const key = useMemo(() => (graph.data ? keyOf(graph.data) : undefined), [graph.data]);
  // A graph that looks the same stays the same, so that typing in a message draws nothing anew.
  if (graph.data && key !== undefined && shown.current?.key !== key) shown.current = { key, graph: graph.data };
  return {
    validation: calm === text ? (validation.data ?? null) : null,
    graph: shown.current?.graph,
    isGraphOld: graph.isError,
    isUnreachable: validation.isError,
  };
}

/** A number for each text in turn: a short name of it, where the text itself would be compared again and again. */
function useVersion(text: string): number {
  const known = useRef({ text, version: 0 });
  if (known.current.text !== text) known.current = { text, version: known.current.version + 1 };
  return known.current.version;
}

/** What of a graph is drawn. */
function keyOf({ nodes, edges, clusters }: FlowGraph): string {
  const shown = nodes.map(({ uid, branchType, task, trigger }) => [
    uid,
    branchType,
    task?.type,
    task?.disabled,
    trigger?.type,
    trigger?.disabled,
  ]);
  return JSON.stringify([shown, edges, clusters.map(({ cluster, parents }) => [cluster.uid, parents])]);
}
