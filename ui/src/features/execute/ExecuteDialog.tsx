import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { checkStart, startableFlow, startExecution } from "../../api/executions";
import { me } from "../../api/me";
import type { Execution, Flow } from "../../api/types";
import { chord } from "../../components/chord";
import { Dialog } from "../../components/Dialog";
import { Icon } from "../../components/Icon";
import { errorsOf, firstText, toForm, usedBy, type Values } from "../../components/inputs/values";
import { Loaded } from "../../components/Loaded";
import { usePause } from "../../components/usePause";
import { readField } from "../../components/wallClock";
import { plural, t } from "../../i18n/text";
import { InputSets } from "./InputSets";
import { RunForm } from "./RunForm";
import { Snippet, type SnippetKind } from "./Snippet";
import { Summary } from "./Summary";

interface Props {
  namespace: string;
  id: string;
  /** Whose inputs and labels it begins with. */
  same?: Execution;
  onClose: () => void;
  onStarted: (execution: Execution) => void;
}

/** Starts a flow: its inputs on the left, what will happen on the right. */
export function ExecuteDialog({ namespace, id, ...rest }: Props) {
  const flow = useQuery(startableFlow(namespace, id));
  return <Loaded query={flow}>{(found) => <Form flow={found} {...rest} />}</Loaded>;
}

type Tab = "form" | SnippetKind;

const TABS: [Tab, string][] = [
  ["form", t("Form")],
  ["curl", "curl"],
  ["python", "Python"],
  ["yaml", "YAML"],
];

function Form({ flow, same, onClose, onStarted }: { flow: Flow } & Omit<Props, "namespace" | "id">) {
  const client = useQueryClient();
  const declared = flow.inputs ?? [];
  const usual = (): Values => Object.fromEntries(declared.map((one) => [one.id, firstText(one)]));
  const [values, setValues] = useState<Values>(() => ({ ...usual(), ...usedBy(declared, same?.inputs ?? {}) }));
  const [labels, setLabels] = useState(() => labelsOf(flow, same));
  const [due, setDue] = useState("");
  const [tab, setTab] = useState<Tab>("form");
  const [wasAsked, setAsked] = useState(false);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const isGuarded = useQuery(me).data?.isKnown ?? false;
  const calm = usePause(values, 300);
  const checkOf = (filled: Values) =>
    queryOptions({
      queryKey: ["execute", flow.namespace, flow.id, filled],
      queryFn: () => checkStart(flow.namespace, flow.id, toForm(declared, filled)),
    });
  const checked = useQuery({ ...checkOf(calm), enabled: declared.length > 0, placeholderData: keepPreviousData });
  const list = labels.split(/[\s,]+/).filter((label) => label.includes(":"));
  const scheduleDate = due ? readField(due).toISOString() : undefined;
  // The server says which inputs count with these values, and what they may be chosen from.
  const shown = checked.data
    ? checked.data.inputs.filter(({ enabled }) => enabled).map(({ input }) => input)
    : declared;
  const start = useMutation({
    mutationFn: () => startExecution(flow.namespace, flow.id, toForm(shown, values), { labels: list, scheduleDate }),
    onSuccess: onStarted,
  });
  const wrong = shown.filter(({ id }) => errorsOf(checked.data?.inputs, id).length > 0);
  const blocking = checked.data?.checks.filter(({ behavior }) => behavior === "BLOCK_EXECUTION") ?? [];
  const run = async (): Promise<void> => {
    setAsked(true);
    // What was typed last may not have been looked at yet; a check that fails leaves the judgement to the start.
    const found = declared.length > 0 ? await client.fetchQuery(checkOf(values)).catch(() => undefined) : undefined;
    const first = found?.inputs.find(({ enabled, errors }) => enabled && errors.length > 0);
    if (!first) start.mutate();
    else {
      setTab("form");
      window.setTimeout(() => document.getElementById(`input-${first.input.id}`)?.focus());
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void run();
    }
  };
  const request = {
    origin: window.location.origin,
    namespace: flow.namespace,
    id: flow.id,
    inputs: shown,
    values,
    labels: list,
    scheduleDate,
    isGuarded,
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width={980}
      title={t("Run {flow}", { flow: flow.id })}
      beside={
        <>
          <span className="muted cut">{flow.namespace}</span>
          <span className="seg push" role="group" aria-label={t("Show as")}>
            {TABS.map(([one, name]) => (
              <button key={one} type="button" aria-pressed={one === tab} onClick={() => setTab(one)}>
                {name}
              </button>
            ))}
          </span>
        </>
      }
      foot={
        <>
          {wasAsked && wrong.length > 0 && (
            <span className="state state--s failed" role="alert">
              <Icon name="s-failed" />
              {plural(wrong.length, { one: "{count} input to fix", other: "{count} inputs to fix" })}
            </span>
          )}
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="button" aria-disabled={start.isPending} onClick={() => void run()}>
            <Icon name="play" small />
            {start.isPending ? t("Starting") : t("Run")}
            <kbd className="kbd">{chord("⌘↵")}</kbd>
          </button>
        </>
      }
    >
      <div className="exec" onKeyDown={onKeyDown}>
        {tab === "form" ? (
          <RunForm
            inputs={shown}
            values={values}
            errorsOf={(id) => (wasAsked || touched.has(id) ? errorsOf(checked.data?.inputs, id) : [])}
            blocking={blocking.map(({ message }) => message)}
            error={start.error}
            head={
              declared.length > 0 && (
                <InputSets
                  flow={flow}
                  inputs={declared}
                  values={values}
                  onValues={setValues}
                  onReset={() => setValues(usual())}
                />
              )
            }
            onChange={(id, value) => {
              setValues({ ...values, [id]: value });
              setTouched(new Set([...touched, id]));
            }}
          />
        ) : (
          <Snippet kind={tab} request={request} />
        )}
        <Summary
          flow={flow}
          inputs={shown}
          values={values}
          labels={labels}
          due={due}
          onLabels={setLabels}
          onDue={setDue}
        />
      </div>
    </Dialog>
  );
}

/** The labels somebody gave an execution: those of the flow come by themselves, those of the system from it. */
function labelsOf(flow: Flow, same: Execution | undefined): string {
  const own = new Set((flow.labels ?? []).map(({ key, value }) => `${key}:${value}`));
  const given = (same?.labels ?? []).filter(({ key }) => !key.startsWith("system."));
  const pairs = given.map(({ key, value }) => `${key}:${value}`).filter((pair) => !own.has(pair));
  return pairs.filter((pair) => !/[\s,]/.test(pair)).join(" ");
}
