import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { act, checkResume } from "../../api/executions";
import type { CheckedInput, Execution } from "../../api/types";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { InputField } from "../../components/inputs/InputField";
import { errorsOf, firstText, toForm, type Values } from "../../components/inputs/values";
import { usePause } from "../../components/usePause";
import { t } from "../../i18n/text";

interface Props {
  execution: Execution;
  asked: CheckedInput[];
  onClose: () => void;
  onResumed: (execution: Execution) => void;
}

/** Lets an execution go on with the answers that its pause asks for. */
export function ResumeDialog({ execution, asked, onClose, onResumed }: Props) {
  const inputs = asked.map(({ input }) => input);
  const [values, setValues] = useState<Values>(() => Object.fromEntries(inputs.map((one) => [one.id, firstText(one)])));
  const [wasAsked, setAsked] = useState(false);
  const calm = usePause(values, 300);
  const checked = useQuery({
    queryKey: ["resume", execution.id, calm],
    placeholderData: (old) => old,
    queryFn: () => checkResume(execution.id, toForm(inputs, calm)),
  });
  const resume = useMutation({
    mutationFn: () => act(execution.id, "resume", { inputs: toForm(inputs, values) }),
    onSuccess: onResumed,
  });
  const found = checked.data?.inputs ?? asked;
  const shown = found.filter(({ enabled }) => enabled).map(({ input }) => input);
  const wrong = shown.find(({ id }) => errorsOf(checked.data?.inputs, id).length > 0);
  const run = (): void => {
    setAsked(true);
    if (wrong) document.getElementById(`input-${wrong.id}`)?.focus();
    else resume.mutate();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("Resume {flow}", { flow: execution.flowId })}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="button" aria-disabled={resume.isPending} onClick={run}>
            {t("Resume")}
          </button>
        </>
      }
    >
      <form className="exec__form" onSubmit={(event) => event.preventDefault()}>
        {shown.map((input) => (
          <InputField
            key={input.id}
            input={input}
            value={values[input.id]}
            errors={wasAsked ? errorsOf(checked.data?.inputs, input.id) : []}
            onChange={(value) => setValues({ ...values, [input.id]: value })}
          />
        ))}
        {resume.isError && <Failure error={resume.error} />}
      </form>
    </Dialog>
  );
}
