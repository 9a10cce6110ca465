import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { startableFlow } from "../../api/executions";
import { type BackfillRange, createBackfill, previewBackfill, type Trigger } from "../../api/triggers";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { InputField } from "../../components/inputs/InputField";
import { firstText, isSent, toWire, type Values } from "../../components/inputs/values";
import { moment, shortDay, ZONE } from "../../components/times";
import { fieldText, readField } from "../../components/wallClock";
import { plural, t } from "../../i18n/text";

const DAY_MS = 86_400_000;
const MOST_DAYS = 42;
const MOST_DATES = 6;
const STEPS = [
  ["range", t("Range")],
  ["inputs", t("Inputs")],
  ["labels", t("Labels")],
] as const;

type Step = (typeof STEPS)[number][0];

interface Props {
  trigger: Trigger;
  onClose: () => void;
  onCreated: () => void;
}

/** Runs the dates of a schedule that are past, and says first how many they are. */
export function BackfillDialog({ trigger, onClose, onCreated }: Props) {
  const [start, setStart] = useState(() => fieldText(new Date(Date.now() - 7 * DAY_MS)));
  const [end, setEnd] = useState(() => fieldText(new Date()));
  const [onlyMissing, setOnlyMissing] = useState(true);
  const [step, setStep] = useState<Step>("range");
  const [values, setValues] = useState<Values>({});
  const [labels, setLabels] = useState("");
  const inputs = useQuery(startableFlow(trigger.state.namespace, trigger.state.flowId)).data?.inputs ?? [];
  const given = Object.fromEntries(
    inputs.flatMap((input) => {
      const value = values[input.id];
      return isSent(input, value) && typeof value === "string" ? [[input.id, toWire(input, value)]] : [];
    }),
  );
  const pairs = labels.split(/[\s,]+/).flatMap((pair) => {
    const at = pair.indexOf(":");
    return at > 0 && at < pair.length - 1 ? [{ key: pair.slice(0, at), value: pair.slice(at + 1) }] : [];
  });
  const isComplete = start !== "" && end !== "";
  const range = (): BackfillRange => ({
    start: readField(start).toISOString(),
    end: readField(end).toISOString(),
    onlyMissing,
  });
  const preview = useQuery({
    queryKey: ["backfill", trigger.state, start, end, onlyMissing],
    enabled: isComplete,
    retry: false,
    queryFn: () => previewBackfill(trigger.state, range()),
  });
  const create = useMutation({
    mutationFn: () =>
      createBackfill(trigger.state, {
        ...range(),
        ...(Object.keys(given).length > 0 && { inputs: given }),
        ...(pairs.length > 0 && { labels: pairs }),
      }),
    onSuccess: onCreated,
  });
  const count = preview.data?.count ?? 0;
  const isWhole = preview.data?.complete !== false;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width={560}
      title={t("Backfill {trigger}", { trigger: trigger.state.triggerId })}
      beside={<span className="muted">{trigger.state.flowId}</span>}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button
            className="btn btn--primary"
            type="button"
            aria-disabled={count === 0}
            onClick={() => count > 0 && create.mutate()}
          >
            {count > 0 ? startWords(count, isWhole) : t("Start##verb")}
          </button>
        </>
      }
    >
      <form className="exec__form" onSubmit={(event) => event.preventDefault()}>
        <span className="seg" role="group" aria-label={t("Steps")} style={{ justifySelf: "start" }}>
          {STEPS.map(([one, name], index) => (
            <button key={one} type="button" aria-pressed={one === step} onClick={() => setStep(one)}>
              {index + 1} {name}
            </button>
          ))}
        </span>
        {step === "inputs" && inputs.length === 0 && <p className="muted">{t("The flow takes no inputs.")}</p>}
        {step === "inputs" &&
          inputs.map((input) => (
            <InputField
              key={input.id}
              input={input}
              value={values[input.id] ?? firstText(input)}
              errors={[]}
              onChange={(value) => setValues({ ...values, [input.id]: value })}
            />
          ))}
        {step === "labels" && (
          <div className="field">
            <label className="field__label" htmlFor="fill-labels">
              {t("Labels of each execution")}
            </label>
            <input
              className="input input--mono"
              id="fill-labels"
              spellCheck={false}
              value={labels}
              onChange={(event) => setLabels(event.target.value)}
            />
            <p className="field__help">{t("Pairs such as team:data, with spaces between")}</p>
          </div>
        )}
        {step === "range" && (
          <>
            <Moment id="fill-from" label={t("From")} value={start} onChange={setStart} />
            <Moment id="fill-to" label={t("To")} value={end} onChange={setEnd} />
            <p className="field__help">{t("Times in {zone}", { zone: ZONE })}</p>
            <label className="check">
              <input type="checkbox" checked={onlyMissing} onChange={(event) => setOnlyMissing(event.target.checked)} />
              {t("Only dates that have not run")}
            </label>
            {preview.data && <Days dates={preview.data.dates} />}
          </>
        )}
        {preview.data && (
          <div role="status">
            <p className="med">
              {count === 0 ? t("No date of the schedule lies in this time.") : effectWords(count, isWhole)}
            </p>
            <p className="small muted num">{datesWords(preview.data.dates, count)}</p>
          </div>
        )}
        {preview.isError && <Failure error={preview.error} />}
        {create.isError && <Failure error={create.error} />}
      </form>
    </Dialog>
  );
}

function startWords(count: number, isWhole: boolean): string {
  if (isWhole) return plural(count, { one: "Start {count} execution", other: "Start {count} executions" });
  return t("Start {count} executions or more", { count });
}

function effectWords(count: number, isWhole: boolean): string {
  if (isWhole)
    return plural(count, { one: "This starts {count} execution.", other: "This starts {count} executions." });
  return t("This starts {count} executions or more.", { count });
}

function datesWords(dates: readonly string[], count: number): string {
  const times = dates
    .slice(0, MOST_DATES)
    .map((date) => moment(date))
    .join(", ");
  return count > MOST_DATES ? t("{times} and so on", { times }) : times;
}

function Moment({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <input
        className="input"
        id={id}
        type="datetime-local"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** The days of the first dates, each with how many of them it has. */
function Days({ dates }: { dates: readonly string[] }) {
  const counts = new Map<string, number>();
  for (const date of dates) {
    const key = shortDay(new Date(date));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (
    <ol className="days num" aria-label={t("Days with executions")}>
      {[...counts].slice(0, MOST_DAYS).map(([name, count]) => (
        <li key={name}>
          {name}
          {count > 1 && <span className="small muted">{count}</span>}
        </li>
      ))}
    </ol>
  );
}
