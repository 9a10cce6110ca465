import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { replay } from "../../api/actions";
import { startableFlow } from "../../api/executions";
import type { Execution, Flow } from "../../api/types";
import { Confirm } from "../../components/actions/Confirm";
import { Dialog } from "../../components/Dialog";
import { InputField } from "../../components/inputs/InputField";
import { firstText, toWholeForm, usedText, type Values } from "../../components/inputs/values";
import { Loaded } from "../../components/Loaded";
import { t } from "../../i18n/text";

interface Props {
  execution: Execution;
  /** The task run to begin at; absent: from the start. */
  from?: { id: string; taskId: string } | undefined;
  /** Whether it was asked for to run it with something else. */
  hasChanges?: boolean;
  onClose: () => void;
  onReplayed: (execution: Execution) => void;
}

/** Runs an execution again as a new one, as it was or with another revision and other inputs. */
export function ReplayDialog(props: Props) {
  const { execution, onClose } = props;
  const flow = useQuery(startableFlow(execution.namespace, execution.flowId));
  if (flow.data) return <Form {...props} flow={flow.data} />;
  return (
    <Dialog isOpen onClose={onClose} title={t("Replay {flow}", { flow: execution.flowId })}>
      <Loaded query={flow}>{() => null}</Loaded>
    </Dialog>
  );
}

function Form({ execution, from, hasChanges = false, flow, onClose, onReplayed }: Props & { flow: Flow }) {
  const [isLatest, setLatest] = useState(false);
  const inputs = flow.inputs ?? [];
  const [isChanged, setChanged] = useState(hasChanges && inputs.length > 0);
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(
      inputs.map((input) => {
        const used = execution.inputs?.[input.id];
        return [input.id, used === undefined || input.type === "SECRET" ? firstText(input) : usedText(input, used)];
      }),
    ),
  );
  const run = useMutation({
    mutationFn: () =>
      replay(execution.id, {
        taskRunId: from?.id,
        revision: isLatest ? flow.revision : undefined,
        inputs: isChanged ? toWholeForm(inputs, values) : undefined,
      }),
    onSuccess: onReplayed,
  });
  const isSame = flow.revision === execution.flowRevision;
  return (
    <Confirm
      title={
        from
          ? t("Replay {flow} from {task}", { flow: execution.flowId, task: from.taskId })
          : t("Replay {flow}", { flow: execution.flowId })
      }
      verb={t("Replay")}
      width={560}
      isPending={run.isPending}
      error={run.error}
      onClose={onClose}
      onConfirm={() => run.mutate()}
    >
      <p className="muted">
        {from
          ? t("It becomes a new execution. What ran before this task is taken over, the rest runs again.")
          : t("It becomes a new execution, and everything runs again.")}
      </p>
      <label className="check">
        <input
          type="checkbox"
          checked={isLatest}
          disabled={isSame}
          onChange={(event) => setLatest(event.target.checked)}
        />
        {isSame
          ? t("Revision {revision} ran, and is the newest", { revision: flow.revision })
          : t("With revision {newest}, the newest, instead of {revision}", {
              newest: flow.revision,
              revision: execution.flowRevision,
            })}
      </label>
      {inputs.length > 0 && (
        <label className="check">
          <input type="checkbox" checked={isChanged} onChange={(event) => setChanged(event.target.checked)} />
          {t("With other inputs")}
        </label>
      )}
      {isChanged &&
        inputs.map((input) => (
          <InputField
            key={input.id}
            input={input}
            value={values[input.id]}
            errors={[]}
            onChange={(value) => setValues({ ...values, [input.id]: value })}
          />
        ))}
    </Confirm>
  );
}
