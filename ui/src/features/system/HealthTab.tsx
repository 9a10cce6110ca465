import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { flowLimits, health, pools, resumeFlow, type Service, services, stoppedFlows } from "../../api/installation";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";

const NAMES: Record<Service["type"], string> = {
  EXECUTOR: "Executor",
  SCHEDULER: "Scheduler",
  WEBSERVER: "Web server",
  WORKER: "Worker",
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
              <b className="med">The scheduler does not answer.</b> Triggers fire late or not at all until it does; the
              log of the server says why.
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
              <b className="med">{waiting === 1 ? "1 execution waits" : `${waiting} executions wait`} for a slot.</b>{" "}
              The limits say behind what.
            </span>
            <Link className="link push" to="/system" search={{ tab: "limits" }}>
              Limits and pools
            </Link>
          </li>
        )}
        {isWell && (
          <li className="success">
            <Icon name="s-success" />
            <span>
              <b className="med">{stopped.length + waiting === 0 ? "Everything works." : "Everything else works."}</b>{" "}
              The server answers, and so does the scheduler.
            </span>
          </li>
        )}
      </ul>
      <Loaded query={found}>
        {(all) => (
          <>
            <Figures all={all} waiting={waiting} />
            <section className="syspart" aria-labelledby="services">
              <h2 id="services">Services</h2>
              <table className="table table--cards services">
                <caption className="sr">Services of this server</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: "18%" }}>
                      Service
                    </th>
                    <th scope="col" style={{ width: 120 }}>
                      State
                    </th>
                    <th scope="col">What it does now</th>
                    <th scope="col" style={{ width: "18%" }}>
                      Host
                    </th>
                    <th scope="col" style={{ width: 100 }}>
                      Version
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
                          {one.state === "RUNNING" ? "Alive" : one.state.toLowerCase()}
                        </span>
                      </td>
                      <td className="muted num cut">{doing(one)}</td>
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
    onSuccess: () => toast(`${flowId} is started again`),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["breakers"] }),
  });
  return (
    <li className="failed">
      <Icon name="s-failed" />
      <span>
        <b className="med">
          {namespace}/{flowId} is stopped since {moment(since)}.
        </b>{" "}
        {reason}
      </span>
      <button className="btn btn--s push" type="button" onClick={() => resume.mutate()}>
        Let it start again
      </button>
    </li>
  );
}

function Figures({ all, waiting }: { all: readonly Service[]; waiting: number }) {
  const value = (name: string): number =>
    all.flatMap(({ metrics }) => metrics).find((metric) => metric.name === name)?.value ?? 0;
  const figures: [string, number, string][] = [
    ["Executions", value("executor.execution.live.count"), "not over"],
    ["Running jobs", value("worker.job.running"), `of ${value("worker.job.thread")} threads`],
    ["Queue", value("worker.job.pending"), "jobs wait for a thread"],
    ["Behind limits", waiting, "executions wait for a slot"],
    ["Triggers", value("scheduler.trigger.count"), "are watched"],
  ];
  return (
    <dl className="figures num">
      {figures.map(([name, number, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <b>{number.toLocaleString("en")}</b> <span className="small muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function doing({ metrics }: Service): string {
  return metrics.map(({ description, value }) => `${description}: ${value.toLocaleString("en")}`).join(" · ");
}
