import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { actOnBackfill, actOnTrigger, type Trigger } from "../../api/triggers";
import { Icon } from "../../components/Icon";
import { length, moment, retold } from "../../components/times";
import { t } from "../../i18n/text";
import { HEALTH, healthOf, secondsOf } from "./health";
import { TryDialog } from "./TryDialog";

interface Props {
  one: Trigger;
  onAct: (action: Promise<unknown>, done: string) => void;
  onBackfill: () => void;
  onClose: () => void;
}

/** Everything about one trigger, and what can be done about it. */
export function TriggerPanel({ one, onAct, onBackfill, onClose }: Props) {
  const { trigger, state } = one;
  const { namespace, flowId, triggerId, backfill } = state;
  const health = HEALTH[healthOf(one)];
  const lag = secondsOf(state.lag);
  const [isTrying, setTrying] = useState(false);
  return (
    <aside className="inspector" aria-label={t("Trigger {trigger}", { trigger: triggerId })}>
      <div className="insp__h">
        <span className="row">
          <h2 className="mono cut">{triggerId}</h2>
          <button
            className="btn btn--ghost btn--s btn--icon push"
            type="button"
            aria-label={t("Close")}
            onClick={onClose}
          >
            <Icon name="close" small />
          </button>
        </span>
        <p className="small muted">{trigger.description ?? trigger.type}</p>
      </div>
      <div className="insp__b">
        <p className={`notice ${health.className}`}>
          <Icon name={health.glyph} />
          <span>
            <b className="med">{health.word}.</b> {retold(state.reason)}
          </span>
        </p>
        {state.error && (
          <>
            <h3>{t("Last error")}</h3>
            <pre className="code-block" tabIndex={0} aria-label={t("Last error")}>
              {state.error}
            </pre>
          </>
        )}
        <div className="row wrap">
          {state.locked && (
            <button
              className="btn btn--s"
              type="button"
              onClick={() => onAct(actOnTrigger(state, "unlock"), t("Unlocked"))}
            >
              {t("Unlock")}
            </button>
          )}
          {state.kind && (
            <button
              className="btn btn--s"
              type="button"
              onClick={() => onAct(actOnTrigger(state, "restart"), t("Begun anew"))}
            >
              <Icon name="restart" small />
              {t("Restart")}
            </button>
          )}
          {trigger.cron && !backfill && (
            <button className="btn btn--s" type="button" onClick={onBackfill}>
              <Icon name="history" small />
              {t("Backfill")}
            </button>
          )}
          <button className="btn btn--s" type="button" onClick={() => setTrying(true)}>
            <Icon name="check" small />
            {t("Test")}
          </button>
          <Link className="btn btn--s" to="/flows" search={{ run: `${namespace}/${flowId}` }}>
            <Icon name="play" small />
            {t("Run the flow now")}
          </Link>
        </div>
        {isTrying && <TryDialog one={one} onClose={() => setTrying(false)} />}
        {backfill && <Running one={one} onAct={onAct} />}
        <dl className="dl num">
          <dt>{t("Flow")}</dt>
          <dd>
            <Link className="link" to="/flows/edit/$namespace/$id" params={{ namespace, id: flowId }}>
              {flowId}
            </Link>
          </dd>
          <dt>{t("Namespace")}</dt>
          <dd>{namespace}</dd>
          <Dated name={t("Next##start")} at={state.nextExecutionDate} />
          <Dated name={t("Last start")} at={state.lastTriggeredDate} />
          <Dated name={t("Last look")} at={state.evaluatedAt} />
          <Dated name={t("Last failure")} at={state.failedAt} />
          <dt>{t("Lag")}</dt>
          <dd>{lag > 0 ? length(lag * 1_000) : t("none")}</dd>
          {trigger.timezone && (
            <>
              <dt>{t("Zone")}</dt>
              <dd>{trigger.timezone}</dd>
            </>
          )}
          {state.executionId && (
            <>
              <dt>{t("Execution")}</dt>
              <dd>
                <Link
                  className="link mono-s"
                  to="/executions/$namespace/$flow/$id"
                  params={{ namespace, flow: flowId, id: state.executionId }}
                >
                  {state.executionId}
                </Link>
              </dd>
            </>
          )}
        </dl>
        {trigger.key && <Webhook one={one} secret={trigger.key} />}
        <Link className="link small" to="/executions" search={{ namespace, flow: flowId }}>
          {t("Executions of the flow")}
        </Link>
      </div>
    </aside>
  );
}

function Dated({ name, at }: { name: string; at: string | undefined }) {
  if (!at) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <time dateTime={at}>{moment(at)}</time>
      </dd>
    </>
  );
}

/** How far a backfill has come, and what holds or ends it. */
function Running({ one: { state }, onAct }: Pick<Props, "one" | "onAct">) {
  const { backfill } = state;
  if (!backfill) return null;
  const [start, end, at] = [backfill.start, backfill.end, backfill.currentDate].map((date) => Date.parse(date)) as [
    number,
    number,
    number,
  ];
  const share = end > start ? Math.min(100, Math.max(0, ((at - start) / (end - start)) * 100)) : 100;
  return (
    <section aria-label={t("Backfill")} className="backfill">
      <h3>{backfill.paused ? t("Backfill, held") : t("Backfill")}</h3>
      <progress
        max={100}
        value={share}
        aria-label={t("The backfill is at {time}", { time: moment(backfill.currentDate) })}
      />
      <p className="small muted num">
        {t("At {time}, from {start} to {end}", {
          time: moment(backfill.currentDate),
          start: moment(backfill.start),
          end: moment(backfill.end),
        })}
      </p>
      <span className="row">
        <button
          className="btn btn--s"
          type="button"
          onClick={() =>
            onAct(
              actOnBackfill(state, backfill.paused ? "unpause" : "pause"),
              backfill.paused ? t("The backfill goes on") : t("The backfill is held"),
            )
          }
        >
          {backfill.paused ? t("Go on") : t("Hold")}
        </button>
        <button
          className="btn btn--s btn--danger"
          type="button"
          onClick={() => onAct(actOnBackfill(state, "delete"), t("The backfill has ended"))}
        >
          {t("End the backfill")}
        </button>
      </span>
    </section>
  );
}

/** How the webhook is called, to try it out. */
function Webhook({ one: { state }, secret }: { one: Trigger; secret: string }) {
  const url = `${window.location.origin}/api/v1/main/executions/webhook/${state.namespace}/${state.flowId}/${secret}`;
  const call = `curl -X POST '${url}' \\\n  -H 'Content-Type: application/json' -d '{}'`;
  return (
    <>
      <h3>{t("Try it out")}</h3>
      <pre className="code-block" tabIndex={0} aria-label={t("Call of the webhook")}>
        {call}
      </pre>
    </>
  );
}
