import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { usage } from "../../api/installation";
import { Loaded } from "../../components/Loaded";
import { utcDay } from "../../components/times";
import { number, plural, t } from "../../i18n/text";

const MOST_TYPES = 20;

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
                <dt>{t("Flows")}</dt>
                <dd>
                  <b>{number(flows.count)}</b>{" "}
                  <span className="small muted">
                    {plural(flows.namespacesCount, { one: "in {count} namespace", other: "in {count} namespaces" })}
                  </span>
                </dd>
              </div>
              <div>
                <dt>{t("Executions")}</dt>
                <dd>
                  <b>{number(total)}</b> <span className="small muted">{t("in the last 30 days")}</span>
                </dd>
              </div>
            </dl>
            <section className="syspart" aria-labelledby="days">
              <h2 id="days">{t("Executions of each day")}</h2>
              <table className="table table--flush usage">
                <caption className="sr">{t("Executions of each day")}</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: 90 }}>
                      {t("Day")}
                    </th>
                    <th scope="col">
                      <span className="sr">{t("Drawn")}</span>
                    </th>
                    <th scope="col" className="n" style={{ width: 132 }}>
                      {t("Executions")}
                    </th>
                    <th scope="col" className="n" style={{ width: 132 }}>
                      {t("Failed")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {days.toReversed().map(({ startDate, duration, executionCounts }) => (
                    <tr key={startDate}>
                      <td className="num">{utcDay(new Date(startDate))}</td>
                      <td>
                        <span className="usage__bar" style={{ width: `${(duration.count / most) * 100}%` }} />
                      </td>
                      <td className="n num">{number(duration.count)}</td>
                      <td className="n num">{number(executionCounts.FAILED ?? 0)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
            <section className="syspart" aria-labelledby="types">
              <h2 id="types">{t("Types that flows use")}</h2>
              <ul className="limits limits--types">
                {types.slice(0, MOST_TYPES).map(([type, count]) => (
                  <li key={type}>
                    <Link className="mono-s cut" to="/plugins/$type" params={{ type }}>
                      {type}
                    </Link>
                    <span className="num">{number(count)}</span>
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
