import { useQuery } from "@tanstack/react-query";
import { Popover } from "radix-ui";
import { useState } from "react";
import { latestOf } from "../../api/executions";
import { usePreference } from "../../api/preferences";
import type { Flow, FlowInput } from "../../api/types";
import { Icon } from "../../components/Icon";
import { usedBy, type Values } from "../../components/inputs/values";
import { lookOf } from "../../components/states";
import { moment } from "../../components/times";
import { t } from "../../i18n/text";

interface InputSet {
  name: string;
  values: Record<string, string>;
}

interface Props {
  flow: Flow;
  inputs: readonly FlowInput[];
  values: Values;
  onValues: (values: Values) => void;
  onReset: () => void;
}

/** What is filled in can be kept under a name, taken from a set, or taken from an execution there was. */
export function InputSets({ flow, inputs, values, onValues, onReset }: Props) {
  const [sets, setSets] = usePreference<InputSet[]>(`inputs.${flow.namespace}.${flow.id}`, []);
  const [name, setName] = useState("");
  const save = (): void => {
    const wanted = name.trim();
    if (!wanted) return;
    const others = sets.filter((set) => set.name !== wanted);
    setSets(
      [...others, { name: wanted, values: kept(inputs, values) }].toSorted((a, b) => a.name.localeCompare(b.name)),
    );
    setName("");
  };
  return (
    <div className="row wrap sets">
      <SameAs flow={flow} inputs={inputs} onValues={(found) => onValues({ ...values, ...found })} />
      <Popover.Root>
        <Popover.Trigger className="btn btn--s">
          {t("Input sets")}
          <Icon name="down" small />
        </Popover.Trigger>
        <Popover.Content className="menu menu--views" align="start" sideOffset={4} aria-label={t("Input sets")}>
          {sets.length === 0 && <p className="small muted menu__note">{t("No set is kept for this flow yet.")}</p>}
          {sets.map((set) => (
            <div key={set.name} className="row">
              <Popover.Close asChild>
                <button className="menu__item" type="button" onClick={() => onValues({ ...values, ...set.values })}>
                  {set.name}
                </button>
              </Popover.Close>
              <button
                className="btn btn--ghost btn--s btn--icon"
                type="button"
                aria-label={t("Delete the set {name}", { name: set.name })}
                onClick={() => setSets(sets.filter((one) => one !== set))}
              >
                <Icon name="trash" small />
              </button>
            </div>
          ))}
          <hr />
          <div className="menu__form">
            <input
              className="input"
              aria-label={t("Name of the set")}
              placeholder={t("Name of the set")}
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => event.key === "Enter" && save()}
            />
            <button className="btn" type="button" onClick={save}>
              {t("Keep this set")}
            </button>
          </div>
        </Popover.Content>
      </Popover.Root>
      <button className="btn btn--s btn--ghost push" type="button" onClick={onReset}>
        {t("Reset")}
      </button>
    </div>
  );
}

function SameAs({ flow, inputs, onValues }: Pick<Props, "flow" | "inputs" | "onValues">) {
  const [isOpen, setOpen] = useState(false);
  const found = useQuery({ ...latestOf(flow.namespace, flow.id), enabled: isOpen }).data?.results;
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger className="btn btn--s">
        <Icon name="history" small />
        {t("Same as run…")}
      </Popover.Trigger>
      <Popover.Content
        className="menu menu--views"
        align="start"
        sideOffset={4}
        aria-label={t("Executions to start alike")}
      >
        {found?.length === 0 && <p className="small muted menu__note">{t("It has not run in the last 8 days.")}</p>}
        {found?.map((execution) => (
          <Popover.Close key={execution.id} asChild>
            <button
              className="menu__item"
              type="button"
              onClick={() => onValues(usedBy(inputs, execution.inputs ?? {}))}
            >
              {moment(execution.state.startDate)}, {lookOf(execution.state.current).word.toLowerCase()}
              <code className="mono-s muted cut">{execution.id}</code>
            </button>
          </Popover.Close>
        ))}
      </Popover.Content>
    </Popover.Root>
  );
}

function kept(inputs: readonly FlowInput[], values: Values): Record<string, string> {
  const texts = inputs.flatMap(({ id, type }): [string, string][] => {
    const value = values[id];
    return type === "SECRET" || typeof value !== "string" ? [] : [[id, value]];
  });
  return Object.fromEntries(texts);
}
