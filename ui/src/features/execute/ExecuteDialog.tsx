import { useMutation, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { checkStart, startableFlow, startExecution } from "../../api/executions";
import type { Execution, Flow } from "../../api/types";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { InputField } from "../../components/inputs/InputField";
import { errorsOf, firstText, toForm, type Values } from "../../components/inputs/values";
import { Loaded } from "../../components/Loaded";
import { usePause } from "../../components/usePause";
import { Summary } from "./Summary";

interface Props {
  namespace: string;
  id: string;
  onClose: () => void;
  onStarted: (execution: Execution) => void;
}

/** Starts a flow: its inputs on the left, what will happen on the right. */
export function ExecuteDialog({ namespace, id, onClose, onStarted }: Props) {
  const flow = useQuery(startableFlow(namespace, id));
  return <Loaded query={flow}>{(found) => <Form flow={found} onClose={onClose} onStarted={onStarted} />}</Loaded>;
}

function Form({ flow, onClose, onStarted }: { flow: Flow } & Pick<Props, "onClose" | "onStarted">) {
  const declared = flow.inputs ?? [];
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(declared.map((one) => [one.id, firstText(one)])),
  );
  const [labels, setLabels] = useState("");
  const [wasAsked, setAsked] = useState(false);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const calm = usePause(values, 300);
  const checked = useQuery({
    queryKey: ["execute", flow.namespace, flow.id, calm],
    enabled: declared.length > 0,
    placeholderData: (old) => old,
    queryFn: () => checkStart(flow.namespace, flow.id, toForm(declared, calm)),
  });
  const list = labels.split(/[\s,]+/).filter((label) => label.includes(":"));
  const start = useMutation({
    mutationFn: () => startExecution(flow.namespace, flow.id, toForm(declared, values), list),
    onSuccess: onStarted,
  });
  // The server says which inputs count with these values, and what they may be chosen from.
  const shown = checked.data
    ? checked.data.inputs.filter(({ enabled }) => enabled).map(({ input }) => input)
    : declared;
  const wrong = shown.filter(({ id }) => errorsOf(checked.data?.inputs, id).length > 0);
  const blocking = checked.data?.checks.filter(({ behavior }) => behavior === "BLOCK_EXECUTION") ?? [];
  const run = (): void => {
    setAsked(true);
    const first = wrong[0];
    if (first) document.getElementById(`input-${first.id}`)?.focus();
    else start.mutate();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      run();
    }
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width={920}
      title={`Run ${flow.id}`}
      beside={<span className="muted">{flow.namespace}</span>}
      foot={
        <>
          {wasAsked && wrong.length > 0 && (
            <span className="state state--s failed" role="alert">
              <Icon name="s-failed" />
              {wrong.length === 1 ? "1 input to fix" : `${wrong.length} inputs to fix`}
            </span>
          )}
          <button className="btn push" type="button" onClick={onClose}>
            Cancel
          </button>
          <button className="btn btn--primary" type="button" aria-disabled={start.isPending} onClick={run}>
            <Icon name="play" small />
            {start.isPending ? "Starting" : "Run"}
            <kbd className="kbd">⌘↵</kbd>
          </button>
        </>
      }
    >
      <div className="exec" onKeyDown={onKeyDown}>
        <form className="exec__form" onSubmit={(event) => event.preventDefault()}>
          {shown.length === 0 && <p className="muted">This flow takes no inputs.</p>}
          {shown.map((input) => (
            <InputField
              key={input.id}
              input={input}
              value={values[input.id]}
              errors={wasAsked || touched.has(input.id) ? errorsOf(checked.data?.inputs, input.id) : []}
              onChange={(value) => {
                setValues({ ...values, [input.id]: value });
                setTouched(new Set([...touched, input.id]));
              }}
            />
          ))}
          {blocking.map(({ message }) => (
            <p key={message} className="notice failed">
              <Icon name="s-failed" />
              {message}
            </p>
          ))}
          {start.isError && <Failure error={start.error} />}
        </form>
        <Summary flow={flow} inputs={shown} values={values} labels={labels} list={list} onLabels={setLabels} />
      </div>
    </Dialog>
  );
}
