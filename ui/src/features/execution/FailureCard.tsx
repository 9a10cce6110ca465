import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { act, execution as executionQuery, lastGoodRun } from "../../api/executions";
import { lastLines } from "../../api/lines";
import type { Execution, TaskRun } from "../../api/types";
import { withoutSequences } from "../../components/ansi";
import { Icon } from "../../components/Icon";
import { StateMark } from "../../components/StateMark";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { rich } from "../../i18n/rich";
import { t } from "../../i18n/text";
import { ReplayDialog } from "./ReplayDialog";

interface Props {
  execution: Execution;
  culprit: TaskRun | undefined;
  onShow: () => void;
  onOpen: (execution: Execution) => void;
}

/** Why an execution failed: the task, the one line that matters, what is different from when it worked, and the way on. */
export function FailureCard({ execution, culprit, onShow, onOpen }: Props) {
  const client = useQueryClient();
  const [isReplaying, setReplaying] = useState(false);
  const errors = useQuery(lastLines(execution.id, { level: "ERROR", taskRun: culprit?.id }, 1, false));
  const message = errors.data?.results.at(-1)?.message ?? execution.error;
  const attempts = culprit?.attempts?.length ?? 0;
  const restart = useMutation({
    mutationFn: () => act(execution.id, "restart"),
    onError: toastError,
    onSuccess: (result) => {
      toast(t("Restarted from what failed"));
      client.setQueryData(executionQuery(result.id).queryKey, result);
    },
  });
  const name = (
    <button type="button" className="mono strong" onClick={onShow}>
      {culprit?.taskId}
    </button>
  );
  return (
    <section className="fail" aria-labelledby="failure">
      <div className="fail__m">
        <h2 id="failure" className="row">
          <StateMark state="FAILED" form="glyph" />
          {culprit ? (
            <span>
              {attempts > 1
                ? rich("{task} failed on attempt {attempt}", { task: name, attempt: attempts })
                : rich("{task} failed", { task: name })}
            </span>
          ) : (
            <span>{t("The execution failed")}</span>
          )}
        </h2>
        {message && (
          <p className="fail__e">
            <code>{withoutSequences(message).split("\n").slice(0, 4).join("\n")}</code>
          </p>
        )}
        <div className="row wrap">
          <button className="btn" type="button" aria-disabled={restart.isPending} onClick={() => restart.mutate()}>
            <Icon name="restart" small />
            {t("Restart from here")}
          </button>
          <button className="btn" type="button" onClick={() => setReplaying(true)}>
            <Icon name="replay" small />
            {t("Replay with changes")}
          </button>
          <Link
            className="btn btn--ghost"
            to="/flows/edit/$namespace/$id"
            params={{ namespace: execution.namespace, id: execution.flowId }}
            {...(culprit && { hash: culprit.taskId })}
          >
            <Icon name="edit" small />
            {t("Edit the task")}
          </Link>
        </div>
      </div>
      <Changes execution={execution} />
      {isReplaying && (
        <ReplayDialog
          execution={execution}
          from={culprit}
          hasChanges
          onClose={() => setReplaying(false)}
          onReplayed={(result) => {
            setReplaying(false);
            onOpen(result);
          }}
        />
      )}
    </section>
  );
}

/** What is different from the last execution of the flow that succeeded. */
function Changes({ execution }: { execution: Execution }) {
  const good = useQuery(lastGoodRun(execution)).data;
  if (!good) return null;
  const names = [...new Set([...Object.keys(good.inputs ?? {}), ...Object.keys(execution.inputs ?? {})])];
  const changed = names.filter((name) => asText(good.inputs?.[name]) !== asText(execution.inputs?.[name]));
  const isOther = good.flowRevision !== execution.flowRevision;
  return (
    <div className="fail__c">
      <h3>
        {t("Changed since the last good run")}{" "}
        <Link
          className="link num small"
          to="/executions/$namespace/$flow/$id"
          params={{ namespace: good.namespace, flow: good.flowId, id: good.id }}
        >
          {moment(good.state.startDate)}
        </Link>
      </h3>
      <dl className="chg">
        {isOther && (
          <>
            <dt>{t("Revision")}</dt>
            <dd>
              {good.flowRevision} <Icon name="right" small /> {execution.flowRevision}
            </dd>
          </>
        )}
        {changed.map((name) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>
              <code className="mono-s">{name}</code>
            </dt>
            <dd>
              <del className="mono-s cut">{asText(good.inputs?.[name])}</del> <Icon name="right" small />{" "}
              <ins className="mono-s cut">{asText(execution.inputs?.[name])}</ins>
            </dd>
          </div>
        ))}
      </dl>
      {!isOther && changed.length === 0 && <p className="small muted">{t("Neither the revision nor an input.")}</p>}
    </div>
  );
}

function asText(value: unknown): string {
  if (value === undefined) return t("none##value");
  return typeof value === "string" ? value : JSON.stringify(value);
}
