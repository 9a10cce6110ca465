import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import { whileLost } from "./stream";
import type { LogLevel, LogLine } from "./types";

export interface LineFilter {
  text?: string | undefined;
  level?: LogLevel | undefined;
  task?: string | undefined;
  taskRun?: string | undefined;
  attempt?: number | undefined;
}

export interface Lines {
  offset: number;
  results: LogLine[];
  /** Absent when it was not asked for. */
  total?: number;
}

/** A stretch of the lines of an execution by their places; counting is left out where the number is known. */
export function readLines(
  id: string,
  filter: LineFilter,
  range: { offset: number; size: number; isCounted?: boolean },
  signal?: AbortSignal,
): Promise<Lines> {
  const where = query({
    offset: range.offset,
    size: range.size,
    count: range.isCounted === false ? false : undefined,
    q: filter.text,
    minLevel: filter.level === "TRACE" ? undefined : filter.level,
    taskId: filter.task,
    taskRunId: filter.taskRun,
    attempt: filter.attempt,
  });
  return requestJson(`/logs/${id}/lines${where}`, signal ? { signal } : {});
}

/** The last lines of a task run, and how many it wrote; read anew while it runs. */
export function lastLines(id: string, filter: LineFilter, size: number, isLive: boolean) {
  return queryOptions({
    queryKey: ["logs", "last", id, filter, size, isLive],
    refetchInterval: isLive && whileLost(1_000),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const first = await readLines(id, filter, { offset: 0, size }, signal);
      const total = first.total ?? first.results.length;
      if (total <= size) return first;
      return { ...(await readLines(id, filter, { offset: total - size, size, isCounted: false }, signal)), total };
    },
  });
}
