import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { setTaskRunState } from "../../api/actions";
import { execution as executionQuery } from "../../api/executions";
import type { Execution, StateName, TaskRun } from "../../api/types";
import { StateDialog } from "../../components/actions/StateDialog";
import { Icon } from "../../components/Icon";
import { isTerminal } from "../../components/states";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";
import { ReplayDialog } from "./ReplayDialog";

interface Props {
  execution: Execution;
  run: TaskRun;
  onOpen: (execution: Execution) => void;
}

/** What can be done to one task run, and where a subflow it started is. */
export function InspectorActions({ execution, run, onOpen }: Props) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<"replay" | "state" | null>(null);
  const close = (): void => setAsked(null);
  const change = useMutation({
    mutationFn: (state: StateName) => setTaskRunState(execution.id, run.id, state),
    onSuccess: (result) => {
      close();
      client.setQueryData(executionQuery(result.id).queryKey, result);
      void client.invalidateQueries({ queryKey: executionQuery(result.id).queryKey });
      toast(t("The state is changed, and the execution goes on from there"));
    },
  });
  const state = execution.state.current;
  const isOver = isTerminal(state);
  const isHolding = state === "PAUSED" && run.state.current === "PAUSED";
  const noReplay = isOver ? null : t("It can be replayed once the execution has ended.");
  const noChange =
    state === "KILLED"
      ? t("What was killed stays killed.")
      : isOver || isHolding
        ? null
        : t("The state of a task can be set once the execution has ended.");
  const child = run.outputs?.executionId;
  return (
    <div className="row wrap">
      {typeof child === "string" && <ChildLink id={child} />}
      <button
        className="btn btn--s"
        type="button"
        aria-disabled={noReplay !== null}
        title={noReplay ?? undefined}
        onClick={() => noReplay === null && setAsked("replay")}
      >
        <Icon name="replay" small />
        {t("Replay from here")}
      </button>
      <button
        className="btn btn--s"
        type="button"
        aria-disabled={noChange !== null}
        title={noChange ?? undefined}
        onClick={() => noChange === null && setAsked("state")}
      >
        <Icon name="edit" small />
        {t("Change state")}
      </button>
      {(noReplay || noChange) && (
        <p className="small muted">{[noReplay, noChange].filter((reason) => reason !== null).join(" ")}</p>
      )}
      {asked === "replay" && (
        <ReplayDialog
          execution={execution}
          from={run}
          onClose={close}
          onReplayed={(result) => {
            close();
            onOpen(result);
          }}
        />
      )}
      {asked === "state" && (
        <StateDialog
          title={t("Change the state of {name}", { name: run.taskId })}
          current={run.state.current}
          note={t("The execution goes on from this task with the state you choose.")}
          isPending={change.isPending}
          error={change.error}
          onClose={close}
          onConfirm={change.mutate}
        />
      )}
    </div>
  );
}

/** Outputs name the execution alone; where it belongs, it tells itself. */
function ChildLink({ id }: { id: string }) {
  const child = useQuery({ ...executionQuery(id), retry: false }).data;
  if (!child) return null;
  return (
    <Link
      className="btn btn--s"
      to="/executions/$namespace/$flow/$id"
      params={{ namespace: child.namespace, flow: child.flowId, id: child.id }}
    >
      <Icon name="subflow" small />
      {t("Open what it started")}
    </Link>
  );
}
