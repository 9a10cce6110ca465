import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Execution } from "../../api/types";
import { StateMark } from "../../components/StateMark";
import { elapsed, length, moment } from "../../components/times";
import { t } from "../../i18n/text";

export interface Cells {
  now: number;
  onLabel: (label: string) => void;
}

export interface Column {
  id: string;
  name: string;
  width: number | string | undefined;
  /** The field of the server that the list can be ordered by. */
  sort?: string;
  isNumber?: boolean;
  /** Left out where there is little room, unless it is what names the row. */
  isMain?: boolean;
  cell: (execution: Execution, cells: Cells) => ReactNode;
}

/** Every column there is, in the order a list begins with. */
export const COLUMNS: readonly Column[] = [
  {
    id: "flow",
    name: t("Flow"),
    width: "18%",
    sort: "flowId",
    isMain: true,
    cell: (one) => <FlowLink execution={one} />,
  },
  {
    id: "state",
    name: t("State"),
    width: 128,
    sort: "state.current",
    isMain: true,
    cell: (one) => <StateMark state={one.state.current} />,
  },
  {
    id: "namespace",
    name: t("Namespace"),
    width: "12%",
    sort: "namespace",
    cell: (one) => <span className="muted">{one.namespace}</span>,
  },
  {
    id: "started",
    name: t("Started"),
    width: 112,
    sort: "state.startDate",
    isMain: true,
    cell: (one) => <time dateTime={one.state.startDate}>{moment(one.state.startDate)}</time>,
  },
  {
    id: "ended",
    name: t("Ended"),
    width: 112,
    sort: "state.endDate",
    cell: (one) => <time dateTime={one.state.endDate}>{moment(one.state.endDate)}</time>,
  },
  {
    id: "duration",
    name: t("Duration"),
    width: 100,
    sort: "state.duration",
    isNumber: true,
    isMain: true,
    cell: (one, { now }) => length(elapsed(one.state, now)),
  },
  {
    id: "by",
    name: t("Started by"),
    width: 112,
    cell: (one) => <span className="muted">{one.trigger?.id ?? (one.parentId ? t("parent") : t("manual"))}</span>,
  },
  {
    id: "labels",
    name: t("Labels"),
    width: undefined,
    cell: (one, { onLabel }) => <Labels execution={one} onLabel={onLabel} />,
  },
  { id: "revision", name: t("Revision"), width: 104, isNumber: true, cell: (one) => one.flowRevision },
  {
    id: "due",
    name: t("Due"),
    width: 112,
    cell: (one) => <time dateTime={one.scheduleDate}>{moment(one.scheduleDate)}</time>,
  },
  {
    id: "inputs",
    name: t("Inputs"),
    width: "16%",
    cell: (one) => <code className="mono-s muted">{inputsOf(one)}</code>,
  },
  {
    id: "parent",
    name: t("Parent"),
    width: 206,
    cell: (one) => <code className="mono-s muted">{one.parentId ?? ""}</code>,
  },
  {
    id: "id",
    name: t("Id"),
    width: 136,
    cell: (one) => (
      <code className="mono-s muted cut" style={{ display: "block" }} title={one.id}>
        {one.id}
      </code>
    ),
  },
];

export const USUAL: readonly string[] = ["flow", "state", "namespace", "started", "duration", "by", "labels", "id"];

/** The columns of a kept list of names; what is unknown by now is left out, and a list of none is the usual one. */
export function columnsOf(names: readonly string[]): Column[] {
  const found = names.flatMap((name) => COLUMNS.filter(({ id }) => id === name));
  return found.length > 0 ? found : columnsOf(USUAL);
}

function FlowLink({ execution }: { execution: Execution }) {
  const { namespace, flowId, id } = execution;
  return (
    <Link className="name" to="/executions/$namespace/$flow/$id" params={{ namespace, flow: flowId, id }}>
      {flowId}
    </Link>
  );
}

function Labels({ execution, onLabel }: { execution: Execution; onLabel: Cells["onLabel"] }) {
  // Labels of the system tell nothing that the page does not show elsewhere.
  const shown = execution.labels.filter(({ key }) => !key.startsWith("system."));
  return (
    <span className="labels">
      {shown.map(({ key, value }) => (
        <button
          key={key}
          type="button"
          className="chip chip--mono"
          title={`${key}: ${value}`}
          onClick={() => onLabel(`${key}:${value}`)}
        >
          <b>{key}</b>
          {value}
        </button>
      ))}
    </span>
  );
}

function inputsOf(execution: Execution): string {
  return Object.entries(execution.inputs ?? {})
    .map(([key, value]) => `${key}=${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(" ");
}
