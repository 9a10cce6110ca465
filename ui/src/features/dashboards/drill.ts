import type { ChartCondition, ChartData, ChartRow, ChartSource, Narrowed } from "../../api/dashboards";
import { columnsOf, datasetOf } from "./charts";

/** Conditions of a list, as `field[OPERATION]=value`; null when no list shows just these rows. */
export type Where = string[] | null;

const FIELDS: Record<string, string> = {
  NAMESPACE: "namespace",
  FLOW_ID: "flowId",
  STATE: "state",
  LABELS: "labels",
  SCOPE: "scope",
  TRIGGER_EXECUTION_ID: "triggerExecutionId",
  START_DATE: "startDate",
  END_DATE: "endDate",
};
const PLAIN = new Set(["IN", "NOT_IN", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "PREFIX", "REGEX"]);
const RANGES = new Set(["GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO", "LESS_THAN", "LESS_THAN_OR_EQUAL_TO"]);

/** The list of executions that a piece of a chart stands for: as many as the piece says. */
export function drillOf(
  chart: ChartSource,
  data: ChartData,
  shared: Record<string, ChartRow[string]>,
  narrowed: Narrowed,
): Where {
  if (datasetOf(chart) !== "Executions" || !data.startDate || !data.endDate) return null;
  if (!isCounting(chart)) return null;
  let start = data.startDate;
  let end = data.endDate;
  const found: string[] = ["kind[EQUALS]=NORMAL"];
  if (narrowed.namespace) found.push(`namespace[PREFIX]=${narrowed.namespace}`);
  if (narrowed.flow) found.push(`flowId[EQUALS]=${narrowed.flow}`);
  for (const condition of [...(chart.data?.where ?? []), ...(chart.data?.numerator ?? [])]) {
    const one = conditionOf(condition);
    if (one === null) return null;
    found.push(one);
  }
  const columns = Object.fromEntries(columnsOf(chart));
  for (const [name, value] of Object.entries(shared)) {
    const column = columns[name];
    const field = FIELDS[column?.field ?? ""];
    if (!column || !field || value === null || typeof value === "object") return null;
    if (field === "startDate" && data.bucketSeconds) {
      const from = String(value);
      const to = new Date(Date.parse(from) + data.bucketSeconds * 1000).toISOString();
      if (Date.parse(from) > Date.parse(start)) start = from;
      if (Date.parse(to) < Date.parse(end)) end = to;
    } else if (field === "labels") {
      const key = column.key ?? column.labelKey;
      if (!key) return null;
      found.push(`labels[EQUALS][${key}]=${value}`);
    } else if (field === "startDate" || field === "endDate") {
      return null;
    } else {
      found.push(`${field}[EQUALS]=${value}`);
    }
  }
  return [`startDate[GREATER_THAN_OR_EQUAL_TO]=${start}`, `startDate[LESS_THAN]=${end}`, ...found];
}

/** Only what counts executions is a number of executions. */
function isCounting(chart: ChartSource): boolean {
  if (chart.chartOptions?.numberType === "PERCENTAGE") return false;
  const columns = chart.data?.columns as unknown;
  const isFigure = chart.data?.type.endsWith("KPI");
  const counted = isFigure
    ? (columns as { agg?: string; field?: string } | undefined)
    : columnsOf(chart).find(([, { agg }]) => agg)?.[1];
  // A field that can be empty is counted only where it is not.
  return counted?.agg === "COUNT" && [undefined, "ID", "NAMESPACE", "FLOW_ID", "STATE"].includes(counted.field);
}

function conditionOf({ type, field, key, labelKey, value, values }: ChartCondition): string | null {
  const name = FIELDS[field ?? ""];
  const given = values ?? value;
  if (!name || given === undefined || given === null) return null;
  const text = Array.isArray(given) ? given.map(String).join(",") : String(given);
  if (Array.isArray(given) && given.some((one) => String(one).includes(","))) return null;
  const operation = type === "EQUAL_TO" ? "EQUALS" : type === "NOT_EQUAL_TO" ? "NOT_EQUALS" : type;
  const isPlain = operation === "EQUALS" || operation === "NOT_EQUALS" || PLAIN.has(operation);
  if (name === "labels") {
    const label = key ?? labelKey;
    return label && isPlain ? `labels[${operation}][${label}]=${text}` : null;
  }
  if (name === "startDate" || name === "endDate") return RANGES.has(operation) ? `${name}[${operation}]=${text}` : null;
  if (name === "state" || name === "scope") {
    return ["EQUALS", "NOT_EQUALS", "IN", "NOT_IN"].includes(operation) ? `${name}[${operation}]=${text}` : null;
  }
  return isPlain ? `${name}[${operation}]=${text}` : null;
}
