import { keepPreviousData, queryOptions } from "@tanstack/react-query";
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

export function logPage(filter: LogFilter) {
  return queryOptions({
    queryKey: ["logs", "page", filter],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      requestJson<Page<LogLine>>(
        `/logs/search${query({
          page: filter.page,
          size: filter.size,
          sort: "timestamp:desc",
          "filters[q][EQUALS]": filter.text,
          "filters[namespace][PREFIX]": filter.namespace,
          "filters[flowId][EQUALS]": filter.flow,
          "filters[level][GREATER_THAN_OR_EQUAL_TO]": filter.level,
          "filters[timeRange][EQUALS]": filter.range,
        })}`,
        { signal },
      ),
  });
}
