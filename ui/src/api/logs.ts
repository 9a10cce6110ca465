import { query, requestJson } from "./client";
import type { LogLevel, LogLine, Page } from "./types";

export interface LogFilter {
  text?: string;
  namespace?: string;
  flow?: string;
  level?: LogLevel;
  range?: string;
  page: number;
  size: number;
}

/** The newest first. */
export function readLogs(filter: LogFilter, signal: AbortSignal): Promise<Page<LogLine>> {
  const where = query({
    page: filter.page,
    size: filter.size,
    sort: "timestamp:desc",
    "filters[q][EQUALS]": filter.text,
    "filters[namespace][PREFIX]": filter.namespace,
    "filters[flowId][EQUALS]": filter.flow,
    "filters[level][GREATER_THAN_OR_EQUAL_TO]": filter.level,
    "filters[timeRange][EQUALS]": filter.range,
  });
  return requestJson(`/logs/search${where}`, { signal });
}
