import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { flowLimits, health, pools, resumeFlow, type Service, services, stoppedFlows } from "../../api/installation";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { number, plural, t } from "../../i18n/text";

const NAMES: Record<Service["type"], string> = {
  EXECUTOR: t("Executor"),
  SCHEDULER: t("Scheduler"),
  WEBSERVER: t("Web server"),
  WORKER: t("Worker"),
};

/** Whether everything works, in sentences first and in figures below. */
export function HealthTab() {
  const found = useQuery(services);
  const state = useQuery(health);
  const stopped = useQuery(stoppedFlows).data ?? [];
  const full = [...(useQuery(pools).data ?? []), ...(useQuery(flowLimits).data ?? [])];
  const waiting = full.reduce((sum, { queued = 0 }) => sum + queued, 0);
  const isWell = state.data === "UP";
  return (
    <>
      <ul className="answers">
        {state.data && !isWell && (
          <li className="failed">
            <Icon name="s-failed" />
            <span>
              <b className="med">{t("The scheduler does not answer.")}</b>{" "}
              {t("Triggers fire late or not at all until it does; the log of the server says why.")}
            </span>
          </li>
        )}
        {stopped.map((one) => (
          <StoppedRow key={`${one.namespace}/${one.flowId}`} {...one} />
        ))}
        {waiting > 0 && (
          <li className="warning">
            <Icon name="s-warning" />
            <span>
              <b className="med">
                {plural(waiting, {
                  one: "{count} execution waits for a slot.",
                  other: "{count} executions wait for a slot.",
                })}
              </b>{" "}
              {t("The limits say behind what.")}
            </span>
            <Link className="link push" to="/system" search={{ tab: "limits" }}>
              {t("Limits and pools")}
            </Link>
          </li>
        )}
        {isWell && (
          <li className="success">
            <Icon name="s-success" />
            <span>
              <b className="med">
                {stopped.length + waiting === 0 ? t("Everything works.") : t("Everything else works.")}
              </b>{" "}
              {t("The server answers, and so does the scheduler.")}
            </span>
          </li>
        )}
      </ul>
      <Loaded query={found}>
        {(all) => (
          <>
            <Figures all={all} waiting={waiting} />
            <section className="syspart" aria-labelledby="services">
              <h2 id="services">{t("Services")}</h2>
              <table className="table table--cards services">
                <caption className="sr">{t("Services of this server")}</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: "18%" }}>
                      {t("Service")}
                    </th>
                    <th scope="col" style={{ width: 120 }}>
                      {t("State")}
                    </th>
                    <th scope="col">{t("What it does now")}</th>
                    <th scope="col" style={{ width: "18%" }}>
                      {t("Host")}
                    </th>
                    <th scope="col" style={{ width: 100 }}>
                      {t("Version")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((one) => (
                    <tr key={one.id}>
                      <td className="med">{NAMES[one.type]}</td>
                      <td>
                        <span className={`state ${one.state === "RUNNING" ? "success" : "failed"}`}>
                          <Icon name={one.state === "RUNNING" ? "s-success" : "s-failed"} />
                          {one.state === "RUNNING" ? t("Alive") : one.state.toLowerCase()}
                        </span>
                      </td>
                      <td className="muted num wraps">{doing(one)}</td>
                      <td className="muted hide-s cut">{one.server.hostname}</td>
                      <td className="muted num hide-s">{one.server.version}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </>
        )}
      </Loaded>
    </>
  );
}

function StoppedRow({
  namespace,
  flowId,
  since,
  reason,
}: {
  namespace: string;
  flowId: string;
  since: string;
  reason: string;
}) {
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => resumeFlow(namespace, flowId),
    onSuccess: () => toast(t("{flow} is started again", { flow: flowId })),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["breakers"] }),
  });
  return (
    <li className="failed">
      <Icon name="s-failed" />
      <span>
        <b className="med">
          {t("{flow} is stopped since {time}.", { flow: `${namespace}/${flowId}`, time: moment(since) })}
        </b>{" "}
        {reason}
      </span>
      <button className="btn btn--s push" type="button" onClick={() => resume.mutate()}>
        {t("Let it start again")}
      </button>
    </li>
  );
}

function Figures({ all, waiting }: { all: readonly Service[]; waiting: number }) {
  const value = (name: string): number =>
    all.flatMap(({ metrics }) => metrics).find((metric) => metric.name === name)?.value ?? 0;
  const figures: [string, number, string][] = [
    [t("Executions"), value("executor.execution.live.count"), t("not over")],
    [t("Running jobs"), value("worker.job.running"), t("of {count} threads", { count: value("worker.job.thread") })],
    [t("Queue"), value("worker.job.pending"), t("jobs wait for a thread")],
    [t("Behind limits"), waiting, t("executions wait for a slot")],
    [t("Triggers"), value("scheduler.trigger.count"), t("are watched")],
  ];
  return (
    <dl className="figures num">
      {figures.map(([name, amount, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <b>{number(amount)}</b> <span className="small muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function doing({ metrics }: Service): string {
  return metrics.map(({ description, value }) => `${description}: ${number(value)}`).join(" · ");
}
