import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { graphOfSource, validateFlow } from "../../api/flows";
import type { FlowGraph, Validation } from "../../api/types";

const PAUSE_MS = 200;

export interface Checked {
  /** Null until the server has seen the text as it is now. */
  validation: Validation | null;
  /** The graph of the last text that had one. */
  graph: FlowGraph | undefined;
  isGraphOld: boolean;
  isUnreachable: boolean;
}

/** What the server says of a text: asked again whenever typing pauses. */
export function useChecked(text: string): Checked {
  const calm = usePaused(text);
  const validation = useQuery({
    queryKey: ["editor", "validate", calm],
    gcTime: 60_000,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: calm.trim() !== "",
    queryFn: ({ signal }) => validateFlow(calm, signal),
  });
  const graph = useQuery({
    queryKey: ["editor", "graph", calm],
    gcTime: 60_000,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    enabled: calm.trim() !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => graphOfSource(calm, signal),
  });
  const [lastGraph, setLastGraph] = useState<FlowGraph | undefined>(undefined);
  useEffect(() => {
    if (graph.data && !graph.isPlaceholderData) setLastGraph(graph.data);
  }, [graph.data, graph.isPlaceholderData]);
  return {
    validation: calm === text ? (validation.data ?? null) : null,
    graph: graph.data ?? lastGraph,
    isGraphOld: graph.isError,
    isUnreachable: validation.isError,
  };
}

function usePaused(text: string): string {
  const [calm, setCalm] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setCalm(text), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return calm;
}
