import { Link } from "@tanstack/react-router";
import { actOnBackfill, actOnTrigger, setTriggerDisabled, type Trigger } from "../../api/triggers";
import { shortType } from "../../components/graph/nodeData";
import { moment } from "../../components/times";

interface Props {
  triggers: Trigger[];
  onAct: (action: Promise<unknown>, done: string) => void;
  onBackfill: (trigger: Trigger) => void;
}

/** One row for each trigger. */
export function TriggerTable({ triggers, onAct, onBackfill }: Props) {
  return (
    <table className="table table--cards">
      <caption className="sr">Triggers</caption>
      <colgroup>
        <col style={{ width: 64 }} />
        <col style={{ width: "15%" }} />
        <col style={{ width: "20%" }} />
        <col style={{ width: "16%" }} />
        <col style={{ width: 116 }} />
        <col style={{ width: 116 }} />
        <col />
        <col style={{ width: 190 }} />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">On</th>
          <th scope="col">Trigger</th>
          <th scope="col">Flow</th>
          <th scope="col">Type</th>
          <th scope="col">Next</th>
          <th scope="col">Last</th>
          <th scope="col">Now</th>
          <th scope="col">
            <span className="sr">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {triggers.map((one) => (
          <TriggerRow
            key={`${one.state.namespace}/${one.state.flowId}/${one.state.triggerId}`}
            one={one}
            onAct={onAct}
            onBackfill={onBackfill}
          />
        ))}
      </tbody>
    </table>
  );
}

function TriggerRow({ one, onAct, onBackfill }: { one: Trigger } & Pick<Props, "onAct" | "onBackfill">) {
  const { trigger, state } = one;
  const { namespace, flowId, triggerId, disabled, backfill } = state;
  return (
    <tr>
      <td>
        <label className="switch">
          <input
            type="checkbox"
            role="switch"
            aria-label={`${triggerId} of ${flowId} is on`}
            checked={!disabled}
            onChange={() => onAct(setTriggerDisabled(state, !disabled), `${triggerId} is ${disabled ? "on" : "off"}`)}
          />
        </label>
      </td>
      <td className="name">{triggerId}</td>
      <td>
        <Link to="/flows/edit/$namespace/$id" params={{ namespace, id: flowId }}>
          {flowId}
        </Link>{" "}
        <span className="muted small">{namespace}</span>
      </td>
      <td className="hide-s">
        {trigger.cron ? (
          <code className="mono-s">{trigger.cron}</code>
        ) : (
          <span className="muted">{shortType(trigger.type)}</span>
        )}
      </td>
      <td className="num hide-s">
        <time dateTime={state.nextExecutionDate}>{moment(state.nextExecutionDate)}</time>
      </td>
      <td className="num hide-s">
        <time dateTime={state.lastTriggeredDate}>{moment(state.lastTriggeredDate)}</time>
      </td>
      <td className="hide-s muted cut" title={state.error ?? state.reason}>
        {backfill
          ? `Backfill at ${moment(backfill.currentDate)}${backfill.paused ? ", held" : ""}`
          : (state.error ?? state.reason)}
      </td>
      <td style={{ textAlign: "right" }}>
        <span className="row" style={{ justifyContent: "flex-end", gap: 4 }}>
          {state.locked && <Act name="Unlock" onClick={() => onAct(actOnTrigger(state, "unlock"), "Unlocked")} />}
          {state.error && <Act name="Restart" onClick={() => onAct(actOnTrigger(state, "restart"), "Begun anew")} />}
          {backfill && (
            <>
              <Act
                name={backfill.paused ? "Go on" : "Hold"}
                onClick={() =>
                  onAct(
                    actOnBackfill(state, backfill.paused ? "unpause" : "pause"),
                    backfill.paused ? "It goes on" : "Held",
                  )
                }
              />
              <Act name="End" onClick={() => onAct(actOnBackfill(state, "delete"), "The backfill has ended")} />
            </>
          )}
          {trigger.cron && !backfill && <Act name="Backfill" onClick={() => onBackfill(one)} />}
        </span>
      </td>
    </tr>
  );
}

function Act({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button className="btn btn--s" type="button" onClick={onClick}>
      {name}
    </button>
  );
}
