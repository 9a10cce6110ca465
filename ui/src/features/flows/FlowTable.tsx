import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import type { Flow, LatestExecution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { StateMark } from "../../components/StateMark";
import { moment } from "../../components/times";

interface Props {
  flows: Flow[];
  latest: ReadonlyMap<string, LatestExecution>;
  onRun: (flow: Flow) => void;
}

/** Flows in the order they come, with a line above the first of each namespace. */
export function FlowTable({ flows, latest, onRun }: Props) {
  return (
    <table className="table table--cards flows">
      <caption className="sr">Flows by namespace</caption>
      <colgroup>
        <col style={{ width: "30%" }} />
        <col style={{ width: 132 }} />
        <col style={{ width: 156 }} />
        <col className="hide-s" />
        <col style={{ width: 140 }} />
        <col style={{ width: 72 }} />
        <col style={{ width: 92 }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Last state</th>
          <th scope="col">Last started</th>
          <th scope="col">Labels</th>
          <th scope="col">Triggers</th>
          <th scope="col" className="n">
            Revision
          </th>
          <th scope="col">
            <span className="sr">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {flows.map((flow, index) => (
          <Fragment key={`${flow.namespace}/${flow.id}`}>
            {flow.namespace !== flows[index - 1]?.namespace && (
              <tr className="group">
                <th scope="colgroup" colSpan={7}>
                  {flow.namespace}
                </th>
              </tr>
            )}
            <FlowRow flow={flow} last={latest.get(`${flow.namespace}/${flow.id}`)} onRun={onRun} />
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}

function FlowRow({ flow, last, onRun }: { flow: Flow; last: LatestExecution | undefined; onRun: Props["onRun"] }) {
  const params = { namespace: flow.namespace, id: flow.id };
  return (
    <tr>
      <td>
        <span className="row">
          <Link className="name cut" to="/flows/edit/$namespace/$id" params={params} title={flow.description}>
            {flow.id}
          </Link>
          {flow.disabled && <span className="chip">disabled</span>}
          {flow.draft && <span className="chip">draft</span>}
        </span>
      </td>
      <td>
        {last ? (
          <Link
            to="/executions/$namespace/$flow/$id"
            params={{ namespace: flow.namespace, flow: flow.id, id: last.id }}
            aria-label={`Last execution of ${flow.id}`}
          >
            <StateMark state={last.status} />
          </Link>
        ) : (
          <span className="muted">Never ran</span>
        )}
      </td>
      <td className="hide-s">{last?.startDate && <time dateTime={last.startDate}>{moment(last.startDate)}</time>}</td>
      <td className="hide-s">
        <span className="row">
          {flow.labels?.map(({ key, value }) => (
            <span key={key} className="chip chip--mono">
              <b>{key}</b>
              {value}
            </span>
          ))}
        </span>
      </td>
      <td className="hide-s muted cut">{flow.triggers?.map(({ id }) => id).join(", ")}</td>
      <td className="n num hide-s">{flow.revision}</td>
      <td style={{ textAlign: "right" }}>
        <button
          className="btn btn--s"
          type="button"
          aria-label={`Run ${flow.id}`}
          aria-disabled={flow.disabled ? true : undefined}
          title={flow.disabled ? "Disabled flows cannot be started" : undefined}
          onClick={() => !flow.disabled && onRun(flow)}
        >
          <Icon name="play" small />
          Run
        </button>
      </td>
    </tr>
  );
}
