import type { Execution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { isTerminal } from "../../components/states";
import { useNow } from "../../components/useNow";
import { t } from "../../i18n/text";
import type { Column } from "./columns";

interface Props {
  executions: Execution[];
  columns: readonly Column[];
  sort: string;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onSort: (sort: string) => void;
  onLabel: (label: string) => void;
}

/** One row for each execution, in the columns that were chosen. */
export function ExecutionTable({ executions, columns, sort, chosen, onChoose, onSort, onLabel }: Props) {
  const isAnyLive = executions.some(({ state }) => !isTerminal(state.current));
  const now = useNow(isAnyLive, 1_000);
  const isAll = executions.every(({ id }) => chosen.has(id));
  const toggle = (id: string, isOn: boolean): void => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <table className="table table--cards execs">
      <caption className="sr">{t("Executions")}</caption>
      <colgroup>
        <col style={{ width: 48 }} />
        {columns.map(({ id, width }) => (
          <col key={id} style={{ width }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <label className="check">
              <input
                type="checkbox"
                aria-label={t("Select all shown")}
                checked={isAll}
                onChange={() => onChoose(isAll ? new Set() : new Set(executions.map(({ id }) => id)))}
              />
            </label>
          </th>
          {columns.map((column) => (
            <Heading key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {executions.map((execution) => (
          <tr key={execution.id} aria-selected={chosen.has(execution.id)}>
            <td>
              <label className="check">
                <input
                  type="checkbox"
                  aria-label={t("Select {id}", { id: execution.id })}
                  checked={chosen.has(execution.id)}
                  onChange={(event) => toggle(execution.id, event.target.checked)}
                />
              </label>
            </td>
            {columns.map(({ id, isNumber, isMain, cell }) => (
              <td key={id} className={`${isNumber ? "n num" : ""} ${isMain ? "" : "hide-s"}`}>
                {cell(execution, { now, onLabel })}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Heading({ column, sort, onSort }: { column: Column; sort: string; onSort: Props["onSort"] }) {
  const className = column.isNumber ? "n" : undefined;
  if (!column.sort) {
    return (
      <th scope="col" className={className}>
        {column.name}
      </th>
    );
  }
  const [field, direction] = sort.split(":");
  const isOn = field === column.sort;
  const isDown = direction === "desc";
  return (
    <th scope="col" className={className} aria-sort={isOn ? (isDown ? "descending" : "ascending") : undefined}>
      <button type="button" onClick={() => onSort(`${column.sort}:${isOn && isDown ? "asc" : "desc"}`)}>
        {column.name}
        {isOn && <Icon name={isDown ? "down" : "up"} small />}
      </button>
    </th>
  );
}
