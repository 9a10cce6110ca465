import { useQuery } from "@tanstack/react-query";
import { usage } from "../../api/installation";
import { Loaded } from "../../components/Loaded";

const MOST_TYPES = 20;
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** What there is and what ran: flows, the types they use, executions of the last 30 days. */
export function UsageTab() {
  const found = useQuery(usage);
  return (
    <Loaded query={found}>
      {({ flows, executions }) => {
        const days = executions.dailyExecutionsCount;
        const counts = days.map(({ duration }) => duration.count);
        const most = Math.max(1, ...counts);
        const total = counts.reduce((sum, one) => sum + one, 0);
        const types = Object.entries(flows.taskTypeCount).toSorted(([, one], [, other]) => other - one);
        return (
          <>
            <dl className="figures num">
              <div>
                <dt>Flows</dt>
                <dd>
                  <b>{flows.count.toLocaleString("en")}</b>{" "}
                  <span className="small muted">in {flows.namespacesCount} namespaces</span>
                </dd>
              </div>
              <div>
                <dt>Executions</dt>
                <dd>
                  <b>{total.toLocaleString("en")}</b> <span className="small muted">in the last 30 days</span>
                </dd>
              </div>
            </dl>
            <section className="syspart" aria-labelledby="days">
              <h2 id="days">Executions of each day</h2>
              <table className="table table--flush usage">
                <caption className="sr">Executions of each day</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: 90 }}>
                      Day
                    </th>
                    <th scope="col">
                      <span className="sr">Drawn</span>
                    </th>
                    <th scope="col" className="n" style={{ width: 100 }}>
                      Executions
                    </th>
                    <th scope="col" className="n" style={{ width: 80 }}>
                      Failed
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {days.toReversed().map(({ startDate, duration, executionCounts }) => (
                    <tr key={startDate}>
                      <td className="num">{day.format(new Date(startDate))}</td>
                      <td>
                        <span className="usage__bar" style={{ width: `${(duration.count / most) * 100}%` }} />
                      </td>
                      <td className="n num">{duration.count.toLocaleString("en")}</td>
                      <td className="n num">{(executionCounts.FAILED ?? 0).toLocaleString("en")}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            <section className="syspart" aria-labelledby="types">
              <h2 id="types">Types that flows use</h2>
              <ul className="limits">
                {types.slice(0, MOST_TYPES).map(([type, count]) => (
                  <li key={type}>
                    <code className="mono-s cut">{type}</code>
                    <span className="num">{count.toLocaleString("en")}</span>
                  </li>
                ))}
              </ul>
            </section>
          </>
        );
      }}
    </Loaded>
  );
}
