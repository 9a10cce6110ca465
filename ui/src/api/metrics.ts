import { queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import { whileLost } from "./stream";
import type { Page } from "./types";

export interface Metric {
  taskId: string;
  taskRunId: string;
  type: "counter" | "timer" | "gauge";
  name: string;
  value: number;
  timestamp: string;
  tags?: Record<string, string> | null;
}

const MOST = 1000;

/** The figures that the tasks of an execution left. */
export function executionMetrics(id: string, isLive: boolean) {
  return queryOptions({
    queryKey: ["metrics", id, isLive],
    refetchInterval: isLive && whileLost(2_000),
    queryFn: ({ signal }) =>
      requestJson<Page<Metric>>(`/metrics/${id}${query({ size: MOST, sort: "timestamp:asc" })}`, { signal }),
  });
}
