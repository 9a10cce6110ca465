import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { act } from "../../api/executions";
import { lastLines } from "../../api/lines";
import type { Execution } from "../../api/types";
import { withoutSequences } from "../../components/ansi";
import { StateMark } from "../../components/StateMark";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";
import { inNeed, NEEDING } from "./inNeed";

const MOST = 8;
/** The last execution of each flow, where it failed, and whatever waits for somebody, with the reason and the way on. */
export function Needs({ executions }: { executions: readonly Execution[] }) {
  const needing = inNeed(executions);
  return (
    <section aria-labelledby="needs-title">
      <h2 id="needs-title">
        {t("Needs attention")} <span className="count num">{needing.length}</span>
      </h2>
      {needing.length === 0 && <p className="muted">{t("Every flow that ran ended well.")}</p>}
      <ul>
        {needing.slice(0, MOST).map((one) => (
          <Need key={one.id} execution={one} />
        ))}
      </ul>
      {needing.length > MOST && (
        <Link className="link small" to="/executions" search={{ state: [...NEEDING] }}>
          {t("Show all {count}", { count: needing.length })}
        </Link>
      )}
    </section>
  );
}

function Need({ execution }: { execution: Execution }) {
  const { id, namespace, flowId, state } = execution;
  const hasFailed = state.current === "FAILED";
  const errors = useQuery({ ...lastLines(id, { level: "ERROR" }, 1, false), enabled: hasFailed });
  const line = errors.data?.results.at(-1);
  const restart = useMutation({
    mutationFn: () => act(id, "restart"),
    onSuccess: () => toast(t("{flow} was restarted from what failed", { flow: flowId })),
    onError: toastError,
  });
  const params = { namespace, flow: flowId, id };
  const reason = line
    ? `${line.taskId ? `${line.taskId}: ` : ""}${withoutSequences(line.message)}`
    : WORDS[state.current];
  return (
    <li className="need">
      <StateMark state={state.current} form="glyph" />
      <Link className="need__words" to="/executions/$namespace/$flow/$id" params={params}>
        <span className="row">
          <span className="name cut">{flowId}</span>
          <span className="small muted cut">{namespace}</span>
          <time className="small muted num push" dateTime={state.startDate}>
            {moment(state.startDate)}
          </time>
        </span>
        <span className="small muted cut" style={{ display: "block" }} title={reason}>
          {reason}
        </span>
      </Link>
      {hasFailed && (
        <button
          className="btn btn--s"
          type="button"
          aria-label={t("Restart {flow}", { flow: flowId })}
          aria-disabled={restart.isPending}
          onClick={() => restart.mutate()}
        >
          {t("Restart")}
        </button>
      )}
      {state.current === "PAUSED" && (
        <Link
          className="btn btn--s"
          to="/executions/$namespace/$flow/$id"
          params={params}
          aria-label={t("Review {flow}", { flow: flowId })}
        >
          {t("Review")}
        </Link>
      )}
    </li>
  );
}

const WORDS: Partial<Record<string, string>> = {
  FAILED: t("failed without a line that says why"),
  PAUSED: t("waits for somebody to let it go on"),
  WARNING: t("ended with a warning"),
  KILLED: t("was killed"),
};
