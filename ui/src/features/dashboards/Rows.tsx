import { Link } from "@tanstack/react-router";
import type { ChartColumn, ChartData, ChartRow, ChartSource } from "../../api/dashboards";
import type { StateName } from "../../api/types";
import { lookOf } from "../../components/states";
import { length, moment } from "../../components/times";
import { t } from "../../i18n/text";
import { columnsOf, datasetOf, shortNumber, titleOf, wordOf } from "./charts";

/** The rows of a table. */
export function Rows({ chart, data }: { chart: ChartSource; data: ChartData }) {
  const columns = columnsOf(chart);
  if (data.results.length === 0) return <p className="muted">{t("Nothing to show.")}</p>;
  return (
    <>
      <div className="drows" tabIndex={0} role="region" aria-label={t("{title}, rows", { title: titleOf(chart) })}>
        <table className="table">
          {chart.chartOptions?.header?.enabled !== false && (
            <thead>
              <tr>
                {columns.map(([name, column]) => (
                  <th key={name} style={{ textAlign: alignOf(column) }}>
                    {column.displayName ?? name}
                  </th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {data.results.map((row, index) => (
              <tr key={index}>
                {columns.map(([name, column]) => (
                  <td key={name} style={{ textAlign: alignOf(column) }} className="cut" title={wordOf(row[name])}>
                    <Cell chart={chart} row={row} name={name} column={column} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.total > data.results.length && (
        <p className="small muted num">
          {t("The first {shown} of {count}.", { shown: data.results.length, count: data.total })}
        </p>
      )}
    </>
  );
}

interface CellProps {
  chart: ChartSource;
  row: ChartRow;
  name: string;
  column: ChartColumn;
}

/** A value; the id of an execution leads to it when the row says where it belongs. */
function Cell({ chart, row, name, column }: CellProps) {
  const text = shown(row[name], column);
  const cellOf = (field: string) => row[columnsOf(chart).find(([, one]) => one.field === field && !one.agg)?.[0] ?? ""];
  const [namespace, flow] = [cellOf("NAMESPACE"), cellOf("FLOW_ID")];
  const isExecution = datasetOf(chart) === "Executions" ? column.field === "ID" : column.field === "EXECUTION_ID";
  if (!isExecution || column.agg || !text || !namespace || !flow) return text;
  return (
    <Link
      to="/executions/$namespace/$flow/$id"
      params={{ namespace: String(namespace), flow: String(flow), id: text }}
      className="mono-s"
    >
      {text}
    </Link>
  );
}

function shown(value: ChartRow[string] | undefined, { field, agg }: ChartColumn): string {
  if (value === null || value === undefined) return "";
  const isWhole = agg !== "COUNT";
  if (isWhole && typeof value === "string" && field?.endsWith("DATE")) return moment(value);
  if (isWhole && typeof value === "number" && field === "DURATION") return length(value * 1000);
  if (isWhole && field === "STATE") return lookOf(value as StateName).word;
  return typeof value === "number" ? shortNumber(value) : wordOf(value);
}

function alignOf({ columnAlignment, agg }: ChartColumn): "left" | "right" | "center" {
  if (columnAlignment) return columnAlignment.toLowerCase() as "left" | "right" | "center";
  return agg ? "right" : "left";
}
