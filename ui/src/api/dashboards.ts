import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { query, request, requestJson } from "./client";
import { whileLost } from "./stream";
import type { JsonObject, Page, Validation } from "./types";

export interface Dashboard {
  id: string;
  title: string;
  description?: string;
  revision: number;
  builtIn: boolean;
  timeWindow?: { default?: string; max?: string };
  charts: ChartSource[];
  updated?: string;
  sourceCode: string;
}

/** A chart as it is written. */
export interface ChartSource {
  id: string;
  type: string;
  chartOptions?: {
    displayName?: string;
    description?: string;
    width?: number;
    column?: string;
    colorByColumn?: string;
    numberType?: "FLAT" | "PERCENTAGE";
    graphStyle?: "PIE" | "DONUT";
    legend?: { enabled?: boolean };
    header?: { enabled?: boolean };
    pagination?: { enabled?: boolean };
  };
  data?: ChartQuery;
}

export interface ChartQuery {
  type: string;
  columns?: Record<string, ChartColumn>;
  where?: ChartCondition[];
  numerator?: ChartCondition[];
  orderBy?: { column: string; order?: "ASC" | "DESC" }[];
}

export interface ChartColumn {
  field?: string;
  displayName?: string;
  agg?: "AVG" | "MAX" | "MIN" | "SUM" | "COUNT";
  key?: string;
  labelKey?: string;
  graphStyle?: "LINES" | "BARS" | "POINTS";
  columnAlignment?: "LEFT" | "RIGHT" | "CENTER";
}

export interface ChartCondition {
  type: string;
  field?: string;
  key?: string;
  labelKey?: string;
  value?: unknown;
  values?: unknown[];
}

export type ChartRow = Record<string, string | number | boolean | JsonObject | null>;

export interface ChartData {
  results: ChartRow[];
  total: number;
  startDate?: string;
  endDate?: string;
  /** How wide the stretches are that times are put together by. */
  bucketSeconds?: number;
  /** There was more to count than is counted while somebody waits. */
  isPartial?: boolean;
}

/** What a viewer narrows all charts to. */
export interface Narrowed {
  range?: string | undefined;
  namespace?: string | undefined;
  flow?: string | undefined;
}

export const BUILT_IN = ["default_home", "default_flow", "default_namespace"];

const YAML = { "content-type": "application/x-yaml" };
const JSON_BODY = { "content-type": "application/json" };

export function dashboardPage(filter: { q?: string | undefined; page: number; size: number }) {
  return queryOptions({
    queryKey: ["dashboards", "page", filter],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => requestJson<Page<Dashboard>>(`/dashboards${query({ ...filter })}`, { signal }),
  });
}

export function dashboard(id: string) {
  return queryOptions({
    queryKey: ["dashboards", "one", id],
    queryFn: ({ signal }) => requestJson<Dashboard>(`/dashboards/${id}`, { signal }),
  });
}

/** The id of the dashboard that is chosen for a place; the one that is built in when none is. */
export function chosenDashboard(place: "home" | "flow" | "namespace") {
  const field = {
    home: "defaultHomeDashboard",
    flow: "defaultFlowOverviewDashboard",
    namespace: "defaultNamespaceOverviewDashboard",
  };
  return queryOptions({
    queryKey: ["dashboards", "chosen", place],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const found = await requestJson<Record<string, string>>("/dashboards/settings/default-dashboards", { signal });
      return found[field[place]] ?? `default_${place}`;
    },
  });
}

export function createDashboard(source: string): Promise<Dashboard> {
  return requestJson("/dashboards", { method: "POST", body: source, headers: YAML });
}

export function updateDashboard(id: string, source: string, revision: number): Promise<Dashboard> {
  const headers = { ...YAML, "if-match": `"${revision}"` };
  return requestJson(`/dashboards/${id}`, { method: "PUT", body: source, headers });
}

export async function deleteDashboard(id: string): Promise<void> {
  await request(`/dashboards/${id}`, { method: "DELETE" });
}

export function validateDashboard(source: string, signal: AbortSignal): Promise<Validation> {
  return requestJson("/dashboards/validate", { method: "POST", body: source, headers: YAML, signal });
}

/** What a chart shows: of a saved dashboard by its ids, else by its own text. */
export function chartData(where: { dashboard: string; chart: string } | { source: string }, narrowed: Narrowed) {
  const isSaved = "dashboard" in where;
  const given = { timeRange: narrowed.range, flowId: narrowed.flow };
  const filters = Object.entries(given).flatMap(([field, value]) =>
    value ? [{ field, operation: "EQUALS", value }] : [],
  );
  const globalFilter = { filters, ...(narrowed.namespace && { namespace: narrowed.namespace }) };
  const path = isSaved ? `/dashboards/${where.dashboard}/charts/${where.chart}` : "/dashboards/charts/preview";
  const body = JSON.stringify(isSaved ? globalFilter : { chart: where.source, globalFilter });
  return queryOptions({
    queryKey: ["charts", path, body],
    placeholderData: keepPreviousData,
    refetchInterval: whileLost(15_000),
    retry: false,
    queryFn: ({ signal }) => requestJson<ChartData>(path, { method: "POST", body, headers: JSON_BODY, signal }),
  });
}

/** JSON Schema, as far as completions read it. */
export interface Schema {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  definitions?: Record<string, Schema>;
}

export const dashboardSchema = queryOptions({
  queryKey: ["dashboards", "schema"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => requestJson<Schema>("/api/v1/plugins/schemas/dashboard", { signal }),
});
