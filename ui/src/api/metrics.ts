import { keepPreviousData, queryOptions } from "@tanstack/react-query";
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
const DAY_MS = 86_400_000;

/** The figures that the tasks of an execution left. */
export function executionMetrics(id: string, isLive: boolean) {
  return queryOptions({
    queryKey: ["metrics", id, isLive],
    refetchInterval: isLive && whileLost(2_000),
    queryFn: ({ signal }) =>
      requestJson<Page<Metric>>(`/metrics/${id}${query({ size: MOST, sort: "timestamp:asc" })}`, { signal }),
  });
}

export const AGGREGATIONS = ["sum", "avg", "min", "max"] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

export interface MetricSeries {
  groupBy: string;
  aggregations: { date: string; value?: number }[];
}

/** The tasks of a flow that left figures. */
export function metricTasks(namespace: string, flow: string) {
  return queryOptions({
    queryKey: ["metrics", "tasks", namespace, flow],
    queryFn: ({ signal }) => requestJson<string[]>(`/metrics/tasks/${namespace}/${flow}`, { signal }),
  });
}

/** The names of the figures that a flow leaves, or one of its tasks. */
export function metricNames(namespace: string, flow: string, task: string) {
  return queryOptions({
    queryKey: ["metrics", "names", namespace, flow, task],
    queryFn: ({ signal }) =>
      requestJson<string[]>(`/metrics/names/${[namespace, flow, task].filter(Boolean).join("/")}`, { signal }),
  });
}

export interface SeriesChoice {
  name: string;
  task: string;
  aggregation: Aggregation;
  days: number;
}

/** One figure of a flow over the last days. */
export function metricSeries(namespace: string, flow: string, { name, task, aggregation, days }: SeriesChoice) {
  return queryOptions({
    queryKey: ["metrics", "series", namespace, flow, name, task, aggregation, days],
    enabled: name !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const startDate = new Date(Date.now() - days * DAY_MS).toISOString();
      const path = [namespace, flow, task, encodeURIComponent(name)].filter(Boolean).join("/");
      return requestJson<MetricSeries>(`/metrics/aggregates/${path}${query({ startDate, aggregation })}`, { signal });
    },
  });
}
