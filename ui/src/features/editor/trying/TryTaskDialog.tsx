import { type FormEvent, useState } from "react";
import type { Execution, JsonObject } from "../../../api/types";
import { Dialog } from "../../../components/Dialog";
import { Failure } from "../../../components/Failure";
import { InputField } from "../../../components/inputs/InputField";
import { firstText, toWire, usedText, type Values } from "../../../components/inputs/values";
import { LabelledField } from "../../../components/LabelledField";
import { t } from "../../../i18n/text";
import type { TaskPlace } from "../../../source/tasks";
import { askedFor, readMap } from "./given";
import { TrialLines } from "./TrialLines";
import { TrialResult } from "./TrialResult";
import { Trying } from "./Trying";
import { useTrial } from "./useTrial";

interface Props {
  source: string;
  place: TaskPlace;
  /** What it gave is what the task is tried with. */
  run: Execution | undefined;
  onClose: () => void;
}

/** Asks for what one task looks at, carries it out alone, and shows what came of it. */
export function TryTaskDialog({ source, place, run, onClose }: Props) {
  const plain = source.replaceAll("\r\n", "\n");
  const [asked] = useState(() => askedFor(plain, place.from, place.to, run));
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(
      asked.inputs.map((input) => {
        const used = input.type === "SECRET" ? undefined : run?.inputs?.[input.id];
        return [input.id, used === undefined ? firstText(input) : usedText(input, used)];
      }),
    ),
  );
  const [text, setText] = useState(() =>
    Object.keys(asked.variables).length > 0 ? JSON.stringify(asked.variables, null, 2) : "",
  );
  const variables = readMap(text);
  const [isTold, setTold] = useState(false);
  const { trial, lines, stop } = useTrial((given: JsonObject) => ({
    source,
    taskId: place.id,
    variables: given,
    executionId: run?.id,
    inputs: Object.fromEntries(
      asked.inputs.flatMap((input): [string, string][] => {
        const value = values[input.id];
        return typeof value === "string" && value !== "" ? [[input.id, toWire(input, value)]] : [];
      }),
    ),
  }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTold(variables === null);
    if (variables !== null && !trial.isPending) trial.mutate(variables);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("Try {task}", { task: place.id })}
      width={680}
      foot={
        <>
          <span className="small muted">{t("The task does what it does, but no execution comes of it.")}</span>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Close")}
          </button>
          {trial.isPending && (
            <button className="btn" type="button" onClick={stop}>
              {t("Stop")}
            </button>
          )}
          <button className="btn btn--primary" type="submit" form="try-task" aria-disabled={trial.isPending}>
            {trial.isPending ? t("Trying") : t("Try it")}
          </button>
        </>
      }
    >
      <form id="try-task" className="exec__form" onSubmit={submit} noValidate>
        {asked.inputs.map((input) => (
          <InputField
            key={input.id}
            input={input}
            value={values[input.id]}
            errors={[]}
            onChange={(value) => setValues({ ...values, [input.id]: value })}
          />
        ))}
        <LabelledField
          label={t("What its expressions see")}
          help={t("As JSON, by root name: outputs of earlier tasks, trigger, taskrun.")}
          error={
            isTold
              ? t("A map in JSON, such as {example}", { example: '{"outputs": {"load": {"size": 1}}}' })
              : undefined
          }
        >
          {(id, note) => (
            <textarea
              id={id}
              className="textarea input--mono"
              rows={Math.min(12, Math.max(3, text.split("\n").length))}
              spellCheck={false}
              aria-describedby={note}
              aria-invalid={isTold}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </LabelledField>
        {trial.error && <Failure error={trial.error} />}
        {trial.isPending && <Trying lines={lines} />}
        {trial.data === null && (
          <>
            <p className="small">{t("It was stopped; what it did until then is done.")}</p>
            <TrialLines lines={lines} />
          </>
        )}
        {trial.data && <TrialResult tried={trial.data} />}
      </form>
    </Dialog>
  );
}
