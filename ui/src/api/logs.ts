import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, requestJson } from "./client";
import type { ChartData } from "./dashboards";
import { whileLost } from "./stream";
import type { LogLevel, LogLine, Page } from "./types";

export interface LogFilter {
  text?: string;
  namespace?: string;
  flow?: string;
  level?: LogLevel;
  range?: string;
  /** Instead of a range: from this instant on, and before the other. */
  from?: string;
  to?: string;
  page: number;
  size: number;
}

/** The largest page that the server gives. */
const LARGEST = 1_000;
/** What the server searches when no time is given. */
const USUAL_RANGE = "P8D";
const DENSITY = `id: density
type: io.kestra.plugin.core.dashboard.chart.TimeSeries
chartOptions: { displayName: Lines, column: at, colorByColumn: level }
data:
  type: io.kestra.plugin.core.dashboard.data.Logs
  columns:
    at: { field: DATE }
    level: { field: LEVEL }
    lines: { agg: COUNT }
`;

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
    "filters[startDate][GREATER_THAN_OR_EQUAL_TO]": filter.from,
    "filters[endDate][LESS_THAN]": filter.to,
  });
  return requestJson(`/logs/search${where}`, { signal });
}

/** All lines of a filter, or the newest of them where there are very many, the oldest first. */
export async function readAllLogs(filter: LogFilter, most: number, signal: AbortSignal): Promise<LogLine[]> {
  // What is written meanwhile moves lines to the next page, where they are met again.
  const found = new Map<string, LogLine>();
  for (let page = 1; found.size < most; page++) {
    const { results } = await readLogs({ ...filter, page, size: LARGEST }, signal);
    for (const line of results) found.set(JSON.stringify(line), line);
    if (results.length < LARGEST) break;
  }
  return [...found.values()].slice(0, most).toReversed();
}

/** How many lines of each level were written when, whatever level and page are shown. */
export function logDensity({ text, namespace, flow, range, from, to }: LogFilter) {
  const wanted = [
    { field: "q", operation: "EQUALS", value: text },
    { field: "namespace", operation: "PREFIX", value: namespace },
    { field: "flowId", operation: "EQUALS", value: flow },
    { field: "timeRange", operation: "EQUALS", value: from || to ? undefined : (range ?? USUAL_RANGE) },
  ].filter(({ value }) => value);
  const globalFilter = { filters: wanted, ...(from && { startDate: from }), ...(to && { endDate: to }) };
  const body = JSON.stringify({ chart: DENSITY, globalFilter });
  const headers = { "content-type": "application/json" };
  return queryOptions({
    queryKey: ["logs", "density", body],
    placeholderData: keepPreviousData,
    refetchInterval: whileLost(15_000),
    retry: false,
    queryFn: ({ signal }) =>
      requestJson<ChartData>("/dashboards/charts/preview", { method: "POST", body, headers, signal }),
  });
}
