import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import {
  ACTIONS,
  type Action,
  actionOf,
  actOnMany,
  type DeleteOptions,
  passBreakpoint,
  setLabels,
  setState,
  type Verb,
} from "../../api/actions";
import { act, checkResume, execution as executionQuery, type PlainVerb } from "../../api/executions";
import type { CheckedInput, Execution, Label, StateName } from "../../api/types";
import { Confirm } from "../../components/actions/Confirm";
import { DeleteDialog } from "../../components/actions/DeleteDialog";
import { LabelsDialog } from "../../components/actions/LabelsDialog";
import { StateDialog } from "../../components/actions/StateDialog";
import { Icon } from "../../components/Icon";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";
import { ReplayDialog } from "./ReplayDialog";
import { ResumeDialog } from "./ResumeDialog";

interface Props {
  execution: Execution;
  onOpen: (execution: Execution) => void;
  /** Opens the form of the flow, filled in as this execution was started. */
  onAgain: () => void;
}

/** Verbs that have a dialog of their own before anything is done. */
const ASKING = new Set<Verb>(["replay", "kill", "state", "labels", "delete"]);
const MOST_BUTTONS = 2;

/** What can be done to an execution: what its state suggests as buttons, everything in a menu with why it cannot be. */
export function Actions({ execution, onOpen, onAgain }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Verb | null>(null);
  const [toResume, setToResume] = useState<CheckedInput[] | null>(null);
  const state = execution.state.current;
  const close = (): void => setAsked(null);
  const finish = (result: Execution, done: string): void => {
    close();
    setToResume(null);
    toast(done);
    client.setQueryData(executionQuery(result.id).queryKey, result);
    void client.invalidateQueries({ queryKey: ["executions", "page"] });
    if (result.id !== execution.id) onOpen(result);
  };
  const plain = useMutation({
    mutationFn: async (verb: Verb) => {
      if (verb === "resume" && state === "BREAKPOINT") return passBreakpoint(execution.id);
      // A pause may ask for inputs; only then is there a dialog.
      const inputs = verb === "resume" ? (await checkResume(execution.id, new FormData())).inputs : [];
      if (inputs.length === 0) return act(execution.id, verb as PlainVerb);
      setToResume(inputs);
      return null;
    },
    onError: toastError,
    onSuccess: (result, verb) => result && finish(result, actionOf(verb).done),
  });
  const change = useMutation({
    mutationFn: ({ to }: { to: StateName }) => setState(execution.id, to),
    onSuccess: (result) => finish(result, actionOf("state").done),
  });
  const relabel = useMutation({
    mutationFn: (labels: Label[]) => setLabels(execution.id, labels),
    onSuccess: (result) => finish(result, actionOf("labels").done),
  });
  const remove = useMutation({
    mutationFn: async (options: DeleteOptions) => {
      const { refused } = await actOnMany({ ids: [execution.id], count: 1 }, "delete", { remove: options });
      if (refused[0]) throw new Error(refused[0].why);
    },
    onSuccess: () => {
      toast(actionOf("delete").done);
      void client.invalidateQueries({ queryKey: ["executions", "page"] });
      void navigate({ to: "/executions", search: { namespace: execution.namespace, flow: execution.flowId } });
    },
  });
  const start = ({ verb }: Action): void => {
    if (ASKING.has(verb)) setAsked(verb);
    else if (!plain.isPending) plain.mutate(verb);
  };
  const suggested = ACTIONS.filter(({ verb, reason }) => isSuggested(verb, state) && reason(state) === null).slice(
    0,
    MOST_BUTTONS,
  );
  const own = execution.labels.filter(({ key }) => !key.startsWith("system."));
  return (
    <>
      <Link
        className="btn btn--ghost"
        to="/flows/edit/$namespace/$id"
        params={{ namespace: execution.namespace, id: execution.flowId }}
      >
        <Icon name="edit" small />
        {t("Edit flow")}
      </Link>
      {suggested.map((action, index) => (
        <button
          key={action.verb}
          type="button"
          className={`btn ${classOf(action.verb, index)}`}
          aria-disabled={plain.isPending}
          onClick={() => start(action)}
        >
          <Icon name={action.icon} small />
          {action.name}
        </button>
      ))}
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className="btn btn--icon" aria-label={t("All actions")}>
          <Icon name="more" small />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu menu--over" align="end" sideOffset={4}>
            {ACTIONS.map((action) => {
              const reason = action.reason(state);
              return (
                <DropdownMenu.Item
                  key={action.verb}
                  className="menu__item"
                  aria-disabled={reason !== null}
                  onSelect={(event) => (reason === null ? start(action) : event.preventDefault())}
                >
                  <Icon name={action.icon} small />
                  <span>
                    {action.name}
                    {reason !== null && <span className="menu__why">{reason}</span>}
                  </span>
                </DropdownMenu.Item>
              );
            })}
            <DropdownMenu.Item className="menu__item" onSelect={onAgain}>
              <Icon name="replay" small />
              {t("Run with changes")}
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {toResume && (
        <ResumeDialog
          execution={execution}
          asked={toResume}
          onClose={() => setToResume(null)}
          onResumed={(result) => finish(result, t("Resumed"))}
        />
      )}
      {asked === "replay" && (
        <ReplayDialog
          execution={execution}
          onClose={close}
          onReplayed={(result) => finish(result, actionOf("replay").done)}
        />
      )}
      {asked === "kill" && (
        <Confirm
          title={t("Kill {flow}?", { flow: execution.flowId })}
          verb={t("Kill it")}
          keep={t("Let it run")}
          isDanger
          isPending={plain.isPending}
          onClose={close}
          onConfirm={() => plain.mutate("kill")}
        >
          <p>{t("What runs in it is stopped, and so are the executions it waits for.")}</p>
        </Confirm>
      )}
      {asked === "state" && (
        <StateDialog
          title={t("Change the state of {name}", { name: execution.flowId })}
          current={state}
          note={t("Nothing runs because of it.")}
          isPending={change.isPending}
          error={change.error}
          onClose={close}
          onConfirm={(to) => change.mutate({ to })}
        />
      )}
      {asked === "labels" && (
        <LabelsDialog
          title={t("Labels of {flow}", { flow: execution.flowId })}
          labels={own}
          isPending={relabel.isPending}
          error={relabel.error}
          onClose={close}
          onConfirm={relabel.mutate}
        />
      )}
      {asked === "delete" && (
        <DeleteDialog
          title={t("Delete this execution?")}
          verb={t("Delete the execution")}
          isPending={remove.isPending}
          error={remove.error}
          onClose={close}
          onConfirm={remove.mutate}
        />
      )}
    </>
  );
}

/** Forcing and what changes records by hand is in the menu only; so is beginning again what only waits. */
function isSuggested(verb: Verb, state: StateName): boolean {
  if (verb === "restart" && state === "PAUSED") return false;
  return !["force-run", "state", "labels", "delete"].includes(verb);
}

function classOf(verb: Verb, index: number): string {
  if (verb === "kill") return "btn--danger";
  return index === 0 && verb !== "pause" ? "btn--primary" : "";
}
