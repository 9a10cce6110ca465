import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { act, executionPage, waiting } from "../../api/executions";
import type { Execution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { elapsed, length } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { useNow } from "../../components/useNow";
import { plural, t } from "../../i18n/text";

const MOST = 20;

/** Executions that wait for a slot, the one that waits longest first: each with what it waits for. */
export function Waiters() {
  const found = useQuery(executionPage({ states: ["QUEUED"], sort: "state.startDate:asc", page: 1, size: MOST }));
  return (
    <section className="syspart" aria-labelledby="waiters">
      <h2 id="waiters">{t("Executions that wait")}</h2>
      <Loaded query={found}>
        {({ results, total }) =>
          results.length === 0 ? (
            <p className="muted">{t("No execution waits for a slot.")}</p>
          ) : (
            <>
              <ul className="limits">
                {results.map((one) => (
                  <Waiter key={one.id} execution={one} />
                ))}
              </ul>
              {total > results.length && (
                <Link className="link small" to="/executions" search={{ state: ["QUEUED"] }}>
                  {plural(total, { one: "Show the one that waits", other: "Show all {count} that wait" })}
                </Link>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function Waiter({ execution }: { execution: Execution }) {
  const { namespace, flowId, id, state } = execution;
  const client = useQueryClient();
  const now = useNow(true);
  const told = useQuery(waiting(id, true)).data;
  const begin = useMutation({
    mutationFn: () => act(id, "unqueue"),
    onSuccess: () => toast(t("Taken out of the queue")),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["executions", "page"] }),
  });
  return (
    <li>
      <Link
        className="name cut"
        to="/executions/$namespace/$flow/$id"
        params={{ namespace, flow: flowId, id }}
        aria-label={t("{flow}, execution {id}", { flow: flowId, id })}
      >
        {flowId}
      </Link>
      <span className="small muted num">{t("for {time}", { time: length(elapsed(state, now)) })}</span>
      <span className="limits__words">
        {told?.reason} <span className="muted">{namespace}</span>
      </span>
      <button className="btn btn--s" type="button" aria-disabled={begin.isPending} onClick={() => begin.mutate()}>
        <Icon name="play" small />
        {t("Let it start")}
      </button>
    </li>
  );
}
