import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { executionPage } from "../../api/executions";
import { useLive } from "../../api/stream";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { StateMark } from "../../components/StateMark";
import { elapsed, length, moment } from "../../components/times";
import { useNow } from "../../components/useNow";
import { t } from "../../i18n/text";

const SIZE = 50;

/** The last executions of a namespace and of those below it; the list of all has the filters. */
export function NamespaceExecutions({ namespace }: { namespace: string }) {
  useLive("executions");
  const now = useNow(true, 5_000);
  const found = useQuery(
    executionPage({ namespace, range: "P30D", sort: "state.startDate:desc", page: 1, size: SIZE }),
  );
  return (
    <div className="ex__main">
      <Loaded query={found}>
        {({ results }) =>
          results.length === 0 ? (
            <Empty icon="runs" title={t("Nothing ran in the last 30 days")}>
              {t("Executions of the flows of {namespace} and of the namespaces below it are listed here.", {
                namespace,
              })}
            </Empty>
          ) : (
            <>
              <table className="table table--cards nsruns">
                <caption className="sr">{t("Last executions of {namespace}", { namespace })}</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: "34%" }}>
                      {t("Flow")}
                    </th>
                    <th scope="col" style={{ width: 130 }}>
                      {t("State")}
                    </th>
                    <th scope="col">{t("Namespace")}</th>
                    <th scope="col" style={{ width: 140 }}>
                      {t("Started")}
                    </th>
                    <th scope="col" className="n" style={{ width: 110 }}>
                      {t("Duration")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {results.map((one) => (
                    <tr key={one.id}>
                      <td>
                        <Link
                          className="name cut"
                          to="/executions/$namespace/$flow/$id"
                          params={{ namespace: one.namespace, flow: one.flowId, id: one.id }}
                        >
                          {one.flowId}
                        </Link>
                      </td>
                      <td>
                        <StateMark state={one.state.current} />
                      </td>
                      <td className="muted cut hide-s">{one.namespace}</td>
                      <td className="num">
                        <time dateTime={one.state.startDate}>{moment(one.state.startDate)}</time>
                      </td>
                      <td className="n num hide-s">{length(elapsed(one.state, now))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p className="page-state">
                <Link className="link" to="/executions" search={{ namespace, range: "P30D" }}>
                  {t("All executions of {namespace}", { namespace })}
                </Link>
              </p>
            </>
          )
        }
      </Loaded>
    </div>
  );
}
