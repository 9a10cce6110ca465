import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { flowSource, latestExecutions } from "../../api/flows";
import { nextStarts } from "../../api/triggers";
import { StateMark } from "../../components/StateMark";
import { moment } from "../../components/times";
import { t } from "../../i18n/text";
import { nextOf } from "./next";
import { RunBars } from "./RunBars";

const RUNS = 20;

/** What a flow is for, how its last runs went, and when it starts next. */
export function FlowFacts({ namespace, id }: { namespace: string; id: string }) {
  const flow = useQuery(flowSource(namespace, id)).data;
  const latest = useQuery(latestExecutions([{ namespace, id }], RUNS));
  const next = useQuery(nextStarts({ namespace, size: 100 }));
  const runs = latest.data?.get(`${namespace}/${id}`) ?? [];
  const [last] = runs;
  const due = nextOf(next.data ?? []).get(`${namespace}/${id}`);
  if (!flow) return null;
  return (
    <section className="facts" aria-label={t("About the flow")}>
      {flow.description && <p className="facts__text">{flow.description}</p>}
      <div className="row wrap facts__row">
        {last && (
          <span className="row">
            <Link
              to="/executions/$namespace/$flow/$id"
              params={{ namespace, flow: id, id: last.id }}
              aria-label={t("Last execution of {flow}", { flow: id })}
            >
              <StateMark state={last.status} />
            </Link>
            <time className="small muted num" dateTime={last.startDate}>
              {moment(last.startDate)}
            </time>
            <RunBars flow={id} runs={runs} />
          </span>
        )}
        {due && (
          <span className="small">
            <span className="muted">{t("Next run")}</span> <time dateTime={due}>{moment(due)}</time>
          </span>
        )}
        <span className="small num">
          <span className="muted">{t("Revision")}</span> {flow.revision}
          {flow.updated && <span className="muted"> {t("of {time}", { time: moment(flow.updated) })}</span>}
        </span>
        {flow.disabled && <span className="chip">{t("disabled")}</span>}
        {flow.labels?.map(({ key, value }) => (
          <Link key={key} className="chip chip--mono" to="/flows" search={{ label: `${key}:${value}` }}>
            <b>{key}</b>
            {value}
          </Link>
        ))}
      </div>
    </section>
  );
}
