import { Link } from "@tanstack/react-router";
import type { Execution } from "../../api/types";
import { StateMark } from "../../components/StateMark";
import { isTerminal } from "../../components/states";
import { elapsed, length, moment } from "../../components/times";
import { useNow } from "../../components/useNow";

interface Props {
  executions: Execution[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onLabel: (label: string) => void;
}

/** One row for each execution. */
export function ExecutionTable({ executions, chosen, onChoose, onLabel }: Props) {
  const now = useNow(
    executions.some(({ state }) => !isTerminal(state.current)),
    1_000,
  );
  const isAll = executions.every(({ id }) => chosen.has(id));
  const toggle = (id: string, isOn: boolean): void => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  return (
    <table className="table table--cards execs">
      <caption className="sr">Executions, newest first</caption>
      <colgroup>
        <col style={{ width: 48 }} />
        <col style={{ width: "20%" }} />
        <col style={{ width: 116 }} />
        <col style={{ width: "13%" }} />
        <col style={{ width: 112 }} />
        <col style={{ width: 96 }} />
        <col style={{ width: 104 }} />
        <col />
        <col style={{ width: 206 }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">
            <label className="check">
              <input
                type="checkbox"
                aria-label="Select all shown"
                checked={isAll}
                onChange={() => onChoose(isAll ? new Set() : new Set(executions.map(({ id }) => id)))}
              />
            </label>
          </th>
          <th scope="col">Flow</th>
          <th scope="col">State</th>
          <th scope="col">Namespace</th>
          <th scope="col">Started</th>
          <th scope="col" className="n">
            Duration
          </th>
          <th scope="col">Started by</th>
          <th scope="col">Labels</th>
          <th scope="col">Id</th>
        </tr>
      </thead>
      <tbody>
        {executions.map((execution) => (
          <tr key={execution.id} aria-selected={chosen.has(execution.id)}>
            <td>
              <label className="check">
                <input
                  type="checkbox"
                  aria-label={`Select ${execution.id}`}
                  checked={chosen.has(execution.id)}
                  onChange={(event) => toggle(execution.id, event.target.checked)}
                />
              </label>
            </td>
            <td>
              <Link
                className="name"
                to="/executions/$namespace/$flow/$id"
                params={{ namespace: execution.namespace, flow: execution.flowId, id: execution.id }}
              >
                {execution.flowId}
              </Link>
            </td>
            <td>
              <StateMark state={execution.state.current} />
            </td>
            <td className="muted hide-s">{execution.namespace}</td>
            <td>
              <time dateTime={execution.state.startDate}>{moment(execution.state.startDate)}</time>
            </td>
            <td className="n num">{length(elapsed(execution.state, now))}</td>
            <td className="muted hide-s">{execution.trigger?.id ?? (execution.parentId ? "parent" : "manual")}</td>
            <td className="hide-s">
              <span className="row">
                {shownLabels(execution).map(({ key, value }) => (
                  <button
                    key={key}
                    type="button"
                    className="chip chip--mono"
                    onClick={() => onLabel(`${key}:${value}`)}
                  >
                    <b>{key}</b>
                    {value}
                  </button>
                ))}
              </span>
            </td>
            <td className="hide-s">
              <code className="mono-s muted">{execution.id}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Labels of the system tell nothing that the page does not show elsewhere. */
function shownLabels(execution: Execution): Execution["labels"] {
  return execution.labels.filter(({ key }) => !key.startsWith("system."));
}
