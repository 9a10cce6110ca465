import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { childExecutions, execution as executionQuery, triggeredExecutions } from "../../api/executions";
import { useLive } from "../../api/stream";
import type { Execution } from "../../api/types";
import { StateMark } from "../../components/StateMark";
import { elapsed, length, moment } from "../../components/times";
import { useNow } from "../../components/useNow";
import { rich } from "../../i18n/rich";
import { t } from "../../i18n/text";
import { parentOf } from "./parents";

const HIGHEST = 8;
const SHOWN = 100;

/** Which executions led to this one, and which it led to. */
export function RelationsTab({ execution, isLive }: { execution: Execution; isLive: boolean }) {
  useLive("executions");
  const loops = useQuery(childExecutions(execution.id, isLive)).data;
  const started = useQuery(triggeredExecutions(execution.id, isLive)).data;
  const parent = parentOf(execution);
  const children = [...(started?.results ?? []), ...(loops?.results ?? [])];
  const unique = [...new Map(children.map((one) => [one.id, one])).values()];
  const total = Math.max(unique.length, (started?.total ?? 0) + (loops?.total ?? 0));
  const isReplay = execution.originalId !== execution.id;
  return (
    <div className="relations">
      <section aria-labelledby="led-here">
        <h3 id="led-here">{t("Led here")}</h3>
        <ol className="relations__list">
          {parent && <Ancestor id={parent} left={HIGHEST} />}
          <li aria-current="true">
            <Line execution={execution} note={t("this one")} />
          </li>
        </ol>
        {!parent && <p className="small muted">{t("No other execution started it.")}</p>}
        {isReplay && (
          <p className="small">
            {rich("It is a replay of {execution}.", { execution: <ById id={execution.originalId} /> })}
          </p>
        )}
      </section>
      <section aria-labelledby="led-from">
        <h3 id="led-from">{t("It started")}</h3>
        {unique.length === 0 && (
          <p className="small muted">
            {isLive ? t("It has started no other execution yet.") : t("It started no other execution.")}
          </p>
        )}
        <ul className="relations__list">
          {unique.slice(0, SHOWN).map((child) => (
            <li key={child.id}>
              <Line execution={child} note={noteOf(child)} />
            </li>
          ))}
        </ul>
        {total > SHOWN && (
          <p className="small muted">
            {t("The first {shown} of {count} are shown; the others are in the timeline.", {
              shown: SHOWN,
              count: total,
            })}
          </p>
        )}
      </section>
    </div>
  );
}

/** An execution above, with those above it before it. */
function Ancestor({ id, left }: { id: string; left: number }) {
  const found = useQuery({ ...executionQuery(id), retry: false });
  if (found.isError) {
    return (
      <li className="small muted">
        {rich("Execution {id} is gone, or may not be seen.", { id: <code className="mono-s">{id}</code> })}
      </li>
    );
  }
  if (!found.data) return <li className="small muted">{t("Loading")}</li>;
  const parent = parentOf(found.data);
  return (
    <>
      {parent && left > 0 && <Ancestor id={parent} left={left - 1} />}
      <li>
        <Line execution={found.data} note={noteOf(found.data)} />
      </li>
    </>
  );
}

function Line({ execution, note }: { execution: Execution; note: string }) {
  const now = useNow(execution.state.endDate === undefined, 1_000);
  const { namespace, flowId, id } = execution;
  return (
    <span className="relations__line">
      <StateMark state={execution.state.current} />
      <Link
        className="name cut"
        to="/executions/$namespace/$flow/$id"
        params={{ namespace, flow: flowId, id }}
        search={{ tab: "relations" }}
      >
        {flowId}
      </Link>
      <span className="muted cut">{namespace}</span>
      <span className="small muted cut">{note}</span>
      <span className="small muted num nowrap push">
        {moment(execution.state.startDate)}, {length(elapsed(execution.state, now))}
      </span>
    </span>
  );
}

function ById({ id }: { id: string }) {
  const found = useQuery({ ...executionQuery(id), retry: false }).data;
  if (!found) return <code className="mono-s">{id}</code>;
  return (
    <Link
      className="link mono-s"
      to="/executions/$namespace/$flow/$id"
      params={{ namespace: found.namespace, flow: found.flowId, id }}
    >
      {id}
    </Link>
  );
}

function noteOf({ loopRun, trigger }: Execution): string {
  if (loopRun) return t("iteration {number}", { number: loopRun.index + 1 });
  return trigger ? t("by {trigger}", { trigger: trigger.id }) : "";
}
