import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Trigger, tryTrigger } from "../../api/triggers";
import type { JsonObject } from "../../api/types";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { LabelledField } from "../../components/LabelledField";
import { moment, retold } from "../../components/times";
import { readField } from "../../components/wallClock";
import { t } from "../../i18n/text";

/** Tells what a trigger would start, with which variables, inputs and labels; nothing is started. */
export function TryDialog({ one, onClose }: { one: Trigger; onClose: () => void }) {
  const { state, trigger } = one;
  const hasTimes = trigger.cron !== undefined;
  const [date, setDate] = useState("");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const trial = useMutation({
    mutationFn: (given: { date?: string; variables?: JsonObject }) => tryTrigger(state, given),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const variables = read(text);
    setProblem(
      variables === null ? t("A map in JSON, such as {example}", { example: '{"body": {"id": 1}}' }) : undefined,
    );
    if (variables === null) return;
    trial.mutate({
      ...(date && { date: readField(date).toISOString() }),
      ...(Object.keys(variables).length > 0 && { variables }),
    });
  };
  const found = trial.data;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("Test {trigger}", { trigger: state.triggerId })}
      width={560}
      foot={
        <>
          <span className="small muted">{t("Nothing is started.")}</span>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Close")}
          </button>
          <button className="btn btn--primary" type="submit" form="try" aria-disabled={trial.isPending}>
            {t("Test it")}
          </button>
        </>
      }
    >
      <form id="try" className="exec__form" onSubmit={submit} noValidate>
        {hasTimes ? (
          <LabelledField label={t("As if it were")} help={t("Left empty: its next time.")}>
            {(id, note) => (
              <input
                id={id}
                className="input"
                type="datetime-local"
                aria-describedby={note}
                value={date}
                onChange={(event) => setDate(event.target.value)}
              />
            )}
          </LabelledField>
        ) : (
          <LabelledField
            label={t("What it was given")}
            help={t("As JSON: what expressions see as trigger. Left empty, nothing.")}
            error={problem}
          >
            {(id, note) => (
              <textarea
                id={id}
                className="textarea input--mono"
                rows={4}
                spellCheck={false}
                aria-describedby={note}
                aria-invalid={problem !== undefined}
                value={text}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </LabelledField>
        )}
        {trial.error && <Failure error={trial.error} />}
        {found && (
          <section aria-label={t("What it would do")} aria-live="polite">
            <p className={`notice ${found.fires ? "success" : "skipped"}`}>
              <Icon name={found.fires ? "s-success" : "s-skipped"} />
              <span>
                {retold(found.reason)} {found.date && t("Its time is {time}.", { time: moment(found.date) })}
              </span>
            </p>
            <JsonTree
              value={{
                variables: found.variables ?? {},
                inputs: found.inputs ?? {},
                labels: Object.fromEntries((found.labels ?? []).map(({ key, value }) => [key, value])),
              }}
            />
          </section>
        )}
      </form>
    </Dialog>
  );
}

function read(text: string): JsonObject | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}
