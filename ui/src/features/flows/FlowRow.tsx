import { Link } from "@tanstack/react-router";
import type { Flow, LatestExecution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { StateMark } from "../../components/StateMark";
import { moment } from "../../components/times";
import { t } from "../../i18n/text";
import { RunBars } from "./RunBars";

interface Props {
  flow: Flow;
  runs: readonly LatestExecution[];
  next: string | undefined;
  isFlat: boolean;
  /** Absent where flows cannot be chosen. */
  isChosen: boolean | undefined;
  onChoose: (isOn: boolean) => void;
  onRun: (flow: Flow) => void;
  onLabel: (label: string) => void;
}

/** One flow: how its last runs went, what starts it next, and a button to start it. */
export function FlowRow({ flow, runs, next, isFlat, isChosen, onChoose, onRun, onLabel }: Props) {
  const [last] = runs;
  const params = { namespace: flow.namespace, id: flow.id };
  const triggers = flow.triggers?.map(({ id }) => id).join(", ");
  return (
    <tr aria-selected={isChosen}>
      {isChosen !== undefined && (
        <td className="flows__check">
          <label className="check">
            <input
              type="checkbox"
              aria-label={t("Select {name}", { name: flow.id })}
              checked={isChosen}
              onChange={(event) => onChoose(event.target.checked)}
            />
          </label>
        </td>
      )}
      <td className="flows__name">
        <span className="row">
          <Link className="name cut" to="/flows/edit/$namespace/$id" params={params} title={flow.description}>
            {flow.id}
          </Link>
          {isFlat && <span className="small muted cut">{flow.namespace}</span>}
          {flow.disabled && <span className="chip">{t("disabled")}</span>}
          {flow.draft && <span className="chip">{t("draft")}</span>}
        </span>
      </td>
      <td className="flows__state">
        {last ? (
          <span className="row">
            <Link
              to="/executions/$namespace/$flow/$id"
              params={{ namespace: flow.namespace, flow: flow.id, id: last.id }}
              aria-label={t("Last execution of {flow}", { flow: flow.id })}
            >
              <StateMark state={last.status} />
            </Link>
            {last.startDate && (
              <time className="small muted num" dateTime={last.startDate}>
                {moment(last.startDate)}
              </time>
            )}
          </span>
        ) : (
          <span className="muted">{t("Never ran")}</span>
        )}
      </td>
      <td className="hide-s">
        <RunBars flow={flow.id} runs={runs} />
      </td>
      <td className="hide-s num">{next && <time dateTime={next}>{moment(next)}</time>}</td>
      <td className="hide-s">
        <span className="labels">
          {flow.labels?.map(({ key, value }) => (
            <button
              key={key}
              type="button"
              className="chip chip--mono"
              aria-label={t("Show flows with the label {key}: {value}", { key, value })}
              title={`${key}: ${value}`}
              onClick={() => onLabel(`${key}:${value}`)}
            >
              <b>{key}</b>
              {value}
            </button>
          ))}
        </span>
      </td>
      <td className="hide-s muted cut" title={triggers}>
        {triggers}
      </td>
      <td className="n num hide-s">{flow.revision}</td>
      <td className="flows__run">
        <button
          className="btn btn--s"
          type="button"
          aria-label={t("Run {flow}", { flow: flow.id })}
          aria-disabled={flow.disabled ? true : undefined}
          title={flow.disabled ? t("Disabled flows cannot be started") : undefined}
          onClick={() => !flow.disabled && onRun(flow)}
        >
          <Icon name="play" small />
          {t("Run")}
        </button>
      </td>
    </tr>
  );
}
