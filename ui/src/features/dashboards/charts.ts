import type { ChartColumn, ChartData, ChartRow, ChartSource } from "../../api/dashboards";
import type { StateName } from "../../api/types";
import { lookOf as stateLookOf } from "../../components/states";
import { locale } from "../../i18n/language";
import { t } from "../../i18n/text";
import { stretchesOf } from "../../timeline/stretches";

/** What one piece of a chart stands for: so many rows that share these values. */
export interface Piece {
  /** By column, the values that its rows share. */
  shared: Record<string, ChartRow[string]>;
  name: string;
  value: number;
  look: string;
}

/** A bar: pieces on top of one another. */
export interface Stack {
  name: string;
  shared: Record<string, ChartRow[string]>;
  pieces: Piece[];
  total: number;
  /** The value of the column that is drawn as a line, if there is one. */
  line: number | null;
}

export interface Drawn {
  stacks: Stack[];
  /** The largest total, for the scale. */
  most: number;
  mostLine: number;
  bucketSeconds: number;
  legend: { name: string; look: string }[];
  valueName: string;
  lineName: string | null;
  lineField: string | undefined;
}

const LOOKS = ["running", "success", "paused", "warning", "created", "killed", "retrying", "queued"];
const STATE_LOOKS: Record<string, string> = {
  CREATED: "created",
  RESTARTED: "created",
  QUEUED: "queued",
  RUNNING: "running",
  PAUSED: "paused",
  BREAKPOINT: "paused",
  RETRYING: "retrying",
  SUCCESS: "success",
  WARNING: "warning",
  FAILED: "failed",
  KILLING: "killed",
  KILLED: "killed",
  CANCELLED: "cancelled",
  SKIPPED: "skipped",
  ERROR: "failed",
  WARN: "warning",
  INFO: "running",
  DEBUG: "queued",
  TRACE: "skipped",
};

export function kindOf(chart: ChartSource): string {
  return chart.type.slice(chart.type.lastIndexOf(".") + 1);
}

export function datasetOf(chart: ChartSource): string {
  const type = chart.data?.type ?? "";
  return type.slice(type.lastIndexOf(".") + 1).replace(/KPI$/, "");
}

export function titleOf(chart: ChartSource): string {
  return chart.chartOptions?.displayName ?? chart.id;
}

export function columnsOf(chart: ChartSource): [string, ChartColumn][] {
  return Object.entries(chart.data?.columns ?? {}).map(([name, column]) => [name, column ?? {}]);
}

/** Puts rows together to bars: along the column of the axis, in the colours of another. */
export function drawBars(chart: ChartSource, data: ChartData): Drawn {
  const columns = columnsOf(chart);
  const groups = columns.filter(([, { agg }]) => !agg).map(([name]) => name);
  const values = columns.filter(([, { agg }]) => agg);
  const line = values.find(([, { graphStyle }], index) => index > 0 && graphStyle !== "BARS");
  const [value] = values;
  const axis = chart.chartOptions?.column ?? groups[0] ?? "";
  const colour = chart.chartOptions?.colorByColumn ?? groups.find((name) => name !== axis);
  const names = colour && colour !== axis ? namesOf(data.results, colour) : [];
  const said = sayingOf(chart, colour);
  const stacks = new Map<string, Stack>();
  for (const at of kindOf(chart) === "TimeSeries" ? stretchesOf(data) : []) stacks.set(at, emptyStack(axis, at));
  for (const row of data.results) {
    const name = wordOf(row[axis]);
    const stack = stacks.get(name) ?? emptyStack(axis, row[axis] ?? null);
    stacks.set(name, stack);
    const piece = colour ? wordOf(row[colour]) : (value?.[1].displayName ?? value?.[0] ?? "");
    const amount = Number(row[value?.[0] ?? ""] ?? 0);
    const shared = Object.fromEntries(groups.map((group) => [group, row[group] ?? null]));
    const look = colour ? lookOf(piece, names) : "running";
    stack.line = line ? joined(stack, Number(row[line[0]] ?? 0), amount, line[1].agg) : null;
    stack.pieces.push({ shared, name: colour ? said(piece) : piece, value: amount, look });
    stack.total += amount;
  }
  const all = [...stacks.values()];
  const isLargestFirst = chart.data?.orderBy?.some(({ column, order }) => column === value?.[0] && order === "DESC");
  if (isLargestFirst && kindOf(chart) === "Bar") all.sort((one, other) => other.total - one.total);
  return {
    stacks: all,
    most: Math.max(0, ...all.map(({ total }) => total)),
    bucketSeconds: data.bucketSeconds ?? 0,
    mostLine: Math.max(0, ...all.map((stack) => stack.line ?? 0)),
    legend: names.map((name) => ({ name: said(name), look: lookOf(name, names) })),
    valueName: value?.[1].displayName ?? value?.[0] ?? "",
    lineName: line ? (line[1].displayName ?? line[0]) : null,
    lineField: line?.[1].field,
  };
}

/** The slices of a whole. */
export function drawSlices(chart: ChartSource, data: ChartData): Piece[] {
  const columns = columnsOf(chart);
  const groups = columns.filter(([, { agg }]) => !agg).map(([name]) => name);
  const value = columns.find(([, { agg }]) => agg)?.[0] ?? "";
  const colour = chart.chartOptions?.colorByColumn ?? groups[0] ?? "";
  const names = namesOf(data.results, colour);
  return data.results.map((row) => ({
    shared: Object.fromEntries(groups.map((group) => [group, row[group] ?? null])),
    name: groups.map((group) => sayingOf(chart, group)(wordOf(row[group]))).join(", "),
    value: Number(row[value] ?? 0),
    look: lookOf(wordOf(row[colour]), names),
  }));
}

export function wordOf(value: ChartRow[string] | undefined): string {
  if (value === null || value === undefined) return t("none##value");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A number as short as it can be read. */
export function shortNumber(value: number): string {
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: 1,
    notation: value >= 100_000 ? "compact" : "standard",
  }).format(value);
}

/** What values of a column are called: states have words, as everywhere else. */
function sayingOf(chart: ChartSource, column: string | undefined): (value: string) => string {
  const isState = column !== undefined && chart.data?.columns?.[column]?.field === "STATE";
  return isState ? (value) => stateLookOf(value as StateName).word : (value) => value;
}

function emptyStack(axis: string, value: ChartRow[string]): Stack {
  return { name: wordOf(value), shared: { [axis]: value }, pieces: [], total: 0, line: null };
}

/** One value for rows of several colours: means are weighed by what each row counts. */
function joined(stack: Stack, next: number, weight: number, aggregate: ChartColumn["agg"]): number {
  if (stack.line === null) return next;
  if (aggregate === "MAX") return Math.max(stack.line, next);
  if (aggregate === "MIN") return Math.min(stack.line, next);
  if (aggregate === "AVG") {
    const whole = stack.total + weight;
    return whole > 0 ? (stack.line * stack.total + next * weight) / whole : next;
  }
  return stack.line + next;
}

function namesOf(rows: readonly ChartRow[], column: string): string[] {
  return [...new Set(rows.map((row) => wordOf(row[column])))];
}

function lookOf(name: string, names: readonly string[]): string {
  return STATE_LOOKS[name] ?? LOOKS[Math.max(0, names.indexOf(name)) % LOOKS.length] ?? "running";
}
