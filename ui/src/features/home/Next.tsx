import { Link } from "@tanstack/react-router";
import type { Trigger } from "../../api/triggers";
import { length, moment } from "../../components/times";
import { t } from "../../i18n/text";

const MOST = 8;

/** What starts next, and in how long. */
export function Next({ triggers, now }: { triggers: readonly Trigger[]; now: number }) {
  return (
    <section aria-labelledby="next-title">
      <h2 id="next-title">{t("Starting next")}</h2>
      {triggers.length === 0 && <p className="muted">{t("No schedule waits for a time.")}</p>}
      <ul>
        {triggers.slice(0, MOST).map(({ state }) => (
          <li key={`${state.namespace}/${state.flowId}/${state.triggerId}`}>
            <Link
              className="hrow num"
              to="/triggers"
              search={{ trigger: `${state.namespace}/${state.flowId}/${state.triggerId}` }}
            >
              <time className="muted" dateTime={state.nextExecutionDate}>
                {moment(state.nextExecutionDate)}
              </time>
              <span className="med cut">{state.flowId}</span>
              <span className="small muted cut">{state.namespace}</span>
              <span className="push small muted">
                {t("in {time}", { time: length(Math.max(0, Date.parse(state.nextExecutionDate ?? "") - now)) })}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
