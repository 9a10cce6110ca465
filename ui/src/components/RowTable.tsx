import type { Json } from "../api/types";
import { t } from "../i18n/text";

const MOST_COLUMNS = 100;

/** Rows of a file as a table; what is no object is one column. */
export function RowTable({ rows, name }: { rows: readonly Json[]; name: string }) {
  const columns = [...new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : ["value"])))].slice(
    0,
    MOST_COLUMNS,
  );
  if (rows.length === 0) return <p className="muted">{t("It has no rows.")}</p>;
  return (
    <div className="preview__table" tabIndex={0} role="region" aria-label={t("Rows of {name}", { name })}>
      <table className="table table--data">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column) => (
                <td key={column} className="mono-s">
                  {textOf(isObject(row) ? row[column] : row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isObject(row: Json): row is { [key: string]: Json } {
  return typeof row === "object" && row !== null && !Array.isArray(row);
}

function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
