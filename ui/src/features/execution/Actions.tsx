import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { act, checkResume, execution as executionQuery, type Verb } from "../../api/executions";
import type { CheckedInput, Execution, StateName } from "../../api/types";
import { Icon } from "../../components/Icon";
import { isTerminal } from "../../components/states";
import { toast, toastError } from "../../components/toasts";
import { ResumeDialog } from "./ResumeDialog";

interface Action {
  verb: Verb;
  name: string;
  icon: string;
  isFor: (state: StateName) => boolean;
  done: string;
}

const ACTIONS: Action[] = [
  { verb: "resume", name: "Resume", icon: "play", isFor: (state) => state === "PAUSED", done: "Resumed" },
  {
    verb: "unqueue",
    name: "Unqueue",
    icon: "play",
    isFor: (state) => state === "QUEUED",
    done: "Taken out of the queue",
  },
  { verb: "pause", name: "Pause", icon: "pause", isFor: (state) => state === "RUNNING", done: "Pausing" },
  {
    verb: "kill",
    name: "Kill",
    icon: "stop",
    isFor: (state) => !isTerminal(state) && state !== "KILLING",
    done: "Killing",
  },
  {
    verb: "restart",
    name: "Restart",
    icon: "restart",
    isFor: (state) => ["FAILED", "WARNING", "KILLED", "CANCELLED"].includes(state),
    done: "Restarted from what failed",
  },
  { verb: "replay", name: "Replay", icon: "replay", isFor: isTerminal, done: "Replayed as a new execution" },
];

interface Props {
  execution: Execution;
  onOpen: (execution: Execution) => void;
}

/** What can be done to an execution in its state; the server's reason is shown when it refuses. */
export function Actions({ execution, onOpen }: Props) {
  const client = useQueryClient();
  const [asked, setAsked] = useState<CheckedInput[] | null>(null);
  const finish = (result: Execution, done: string): void => {
    toast(done);
    client.setQueryData(executionQuery(result.id).queryKey, result);
    void client.invalidateQueries({ queryKey: ["executions", "page"] });
    if (result.id !== execution.id) onOpen(result);
  };
  const mutation = useMutation({
    mutationFn: async ({ verb }: Action) => {
      // A pause may ask for inputs; only then is there a dialog.
      const inputs = verb === "resume" ? (await checkResume(execution.id, new FormData())).inputs : [];
      if (inputs.length === 0) return act(execution.id, verb);
      setAsked(inputs);
      return null;
    },
    onError: toastError,
    onSuccess: (result, { done }) => result && finish(result, done),
  });
  const possible = ACTIONS.filter(({ isFor }) => isFor(execution.state.current));
  const params = { namespace: execution.namespace, id: execution.flowId };
  return (
    <>
      <Link className="btn btn--ghost" to="/flows/edit/$namespace/$id" params={params}>
        <Icon name="edit" small />
        Edit flow
      </Link>
      {possible.map((action) => (
        <button
          key={action.verb}
          type="button"
          className={`btn ${action === possible[0] && action.verb !== "pause" && action.verb !== "kill" ? "btn--primary" : ""} ${action.verb === "kill" ? "btn--danger" : ""}`}
          aria-disabled={mutation.isPending}
          onClick={() => !mutation.isPending && mutation.mutate(action)}
        >
          <Icon name={action.icon} small />
          {action.name}
        </button>
      ))}
      {asked && (
        <ResumeDialog
          execution={execution}
          asked={asked}
          onClose={() => setAsked(null)}
          onResumed={(result) => {
            setAsked(null);
            finish(result, "Resumed");
          }}
        />
      )}
    </>
  );
}
