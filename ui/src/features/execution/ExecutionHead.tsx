import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { execution as executionQuery, triggeredExecutions } from "../../api/executions";
import type { Execution } from "../../api/types";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { StateMark } from "../../components/StateMark";
import { isTerminal } from "../../components/states";
import { clockTime, elapsed, length, moment } from "../../components/times";
import { toast } from "../../components/toasts";
import { rich } from "../../i18n/rich";
import { plural, t } from "../../i18n/text";
import { Actions } from "./Actions";
import { parentOf } from "./parents";

interface Props {
  execution: Execution;
  now: number;
  onOpen: (execution: Execution) => void;
  onAgain: () => void;
}

/** What an execution is, how it stands, and what can be done. */
export function ExecutionHead({ execution, now, onOpen, onAgain }: Props) {
  const { namespace, flowId, id } = execution;
  const copy = (): void => void navigator.clipboard.writeText(id).then(() => toast(t("The id is copied")));
  return (
    <>
      <Head
        title={flowId}
        crumbs={[
          <Link key="n" to="/flows" search={{ namespace }}>
            {namespace}
          </Link>,
          <Link key="f" to="/flows/edit/$namespace/$id" params={{ namespace, id: flowId }}>
            {flowId}
          </Link>,
          <Link key="e" to="/executions" search={{ namespace, flow: flowId }}>
            {t("Executions")}
          </Link>,
        ]}
        beside={
          <>
            <span aria-live="polite">
              <StateMark state={execution.state.current} form="chip" />
            </span>
            <span className="row muted">
              <code className="mono-s">{id}</code>
              <button
                className="btn btn--ghost btn--s btn--icon"
                type="button"
                aria-label={t("Copy the id")}
                onClick={copy}
              >
                <Icon name="copy" small />
              </button>
            </span>
          </>
        }
        actions={<Actions execution={execution} onOpen={onOpen} onAgain={onAgain} />}
      />
      <Meta execution={execution} now={now} />
    </>
  );
}

function Meta({ execution, now }: { execution: Execution; now: number }) {
  const { state, labels, trigger, originalId, id } = execution;
  const isOver = isTerminal(state.current);
  return (
    <ul className="meta num">
      <li>
        {isOver
          ? rich("<label>Ran</label> {time}", { label, time: length(elapsed(state, now)) })
          : rich("<label>Runs for</label> {time}", { label, time: length(elapsed(state, now)) })}
      </li>
      <li>
        {isOver && state.endDate
          ? rich("<label>from</label> {start} <label>to</label> {end}", {
              label,
              start: moment(state.startDate),
              end: clockTime(new Date(state.endDate)),
            })
          : rich("<label>from</label> {start}", { label, start: moment(state.startDate) })}
      </li>
      <li>{rich("<label>revision</label> {revision}", { label, revision: String(execution.flowRevision) })}</li>
      {trigger && (
        <li>
          <Icon name="clock" small />
          {trigger.id}
        </li>
      )}
      <Trail execution={execution} isOver={isOver} />
      {originalId !== id && (
        <li>{rich("<label>replay of</label> {id}", { label, id: <code className="mono-s">{originalId}</code> })}</li>
      )}
      {labels
        .filter(({ key }) => !key.startsWith("system."))
        .map(({ key, value }) => (
          <li key={key}>
            <Link className="chip chip--mono" to="/executions" search={{ labels: `${key}:${value}` }}>
              <b>{key}</b>
              {value}
            </Link>
          </li>
        ))}
    </ul>
  );
}

const label = (inner: ReactNode): ReactNode => <span className="muted">{inner}</span>;

/** Parent, this, children: the way up and down without leaving the page first. */
function Trail({ execution, isOver }: { execution: Execution; isOver: boolean }) {
  const id = parentOf(execution);
  const parent = useQuery({ ...executionQuery(id ?? ""), enabled: id !== undefined, retry: false }).data;
  const children = useQuery(triggeredExecutions(execution.id, !isOver)).data;
  if (!parent && !children?.total) return null;
  const params = { namespace: execution.namespace, flow: execution.flowId, id: execution.id };
  return (
    <li className="row trail">
      <Icon name="subflow" small />
      {parent && (
        <>
          <Link
            className="link"
            to="/executions/$namespace/$flow/$id"
            params={{ namespace: parent.namespace, flow: parent.flowId, id: parent.id }}
          >
            {parent.flowId}
          </Link>
          <Icon name="right" small />
        </>
      )}
      <span>{t("this")}</span>
      {children && children.total > 0 && (
        <>
          <Icon name="right" small />
          <Link className="link" to="/executions/$namespace/$flow/$id" params={params} search={{ tab: "relations" }}>
            {plural(children.total, { one: "{count} child", other: "{count} children" })}
          </Link>
        </>
      )}
    </li>
  );
}
