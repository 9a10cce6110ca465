import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLive } from "../../api/stream";
import { type Trigger, triggerPage } from "../../api/triggers";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Loaded } from "../../components/Loaded";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import { length, ZONE } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { useListKeys } from "../../components/useListKeys";
import { t } from "../../i18n/text";
import type { TriggerSearch } from "../../search";
import { BackfillDialog } from "./BackfillDialog";
import { healthOf, secondsOf } from "./health";
import { PlannedRuns } from "./PlannedRuns";
import { TriggerBulkBar } from "./TriggerBulkBar";
import { TriggerPanel } from "./TriggerPanel";
import { keyOf, TriggerTable } from "./TriggerTable";

const SIZE = 100;

interface Props {
  search: TriggerSearch;
  onSearch: (part: { [Key in keyof TriggerSearch]?: TriggerSearch[Key] | undefined }) => void;
}

/** Every trigger: how it is, when it fires next, why it does not now, and what can be done about it. */
export function TriggersPage({ search, onSearch }: Props) {
  const client = useQueryClient();
  const { q = "", namespace = "", page = 1, trigger } = search;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (keys: readonly string[], isChosen: boolean): void => {
    const next = new Set(chosen);
    for (const key of keys) isChosen ? next.add(key) : next.delete(key);
    setChosen(next);
  };
  const [filling, setFilling] = useState<Trigger | null>(null);
  useLive("triggers", "flows");
  useListKeys();
  const found = useQuery(triggerPage({ text: q, namespace, page, size: SIZE }));
  const chosenOnes = (found.data?.results ?? []).filter((one) => chosen.has(keyOf(one)));
  const selected = found.data?.results.find((one) => keyOf(one) === trigger);
  const act = (action: Promise<unknown>, done: string): void =>
    void action.then(() => toast(done), toastError).finally(() => client.invalidateQueries({ queryKey: ["triggers"] }));
  return (
    <>
      <Head
        title={t("Triggers")}
        beside={
          found.data && (
            <span className="muted num">{t("{count}, times in {zone}", { count: found.data.total, zone: ZONE })}</span>
          )
        }
      />
      {found.data && <Figures triggers={found.data.results} />}
      <div className="tools">
        <FilterField
          label={t("Filter by id or flow")}
          value={q}
          onChange={(text) => onSearch({ q: text || undefined, page: undefined })}
        />
        <NamespaceSelect
          value={namespace}
          onChange={(one) => onSearch({ namespace: one || undefined, page: undefined })}
        />
      </div>
      <div className={`ex ${selected ? "ex--side" : ""}`}>
        <div className="ex__main">
          <Loaded query={found}>
            {({ results, total }) =>
              results.length === 0 ? (
                <Empty
                  icon="triggers"
                  title={q || namespace ? t("No trigger matches this filter") : t("No flow has a trigger")}
                >
                  {t(
                    "A trigger starts a flow by a schedule, by a call or by another flow. It is a part of the flow's text.",
                  )}
                </Empty>
              ) : (
                <>
                  <TriggerTable
                    triggers={results}
                    selected={trigger}
                    chosen={chosen}
                    onChoose={choose}
                    onSelect={(key) => onSearch({ trigger: key === trigger ? undefined : key })}
                    onAct={act}
                  />
                  {total > SIZE && (
                    <Pager
                      page={page}
                      size={SIZE}
                      total={total}
                      isBehind={found.isPlaceholderData}
                      onPage={(to) => onSearch({ page: to, trigger: undefined })}
                    />
                  )}
                </>
              )
            }
          </Loaded>
          <PlannedRuns namespace={namespace} />
        </div>
        {selected && (
          <TriggerPanel
            key={keyOf(selected)}
            one={selected}
            onAct={act}
            onBackfill={() => setFilling(selected)}
            onClose={() => onSearch({ trigger: undefined })}
          />
        )}
      </div>
      {chosenOnes.length > 0 && <TriggerBulkBar chosen={chosenOnes} onClear={() => setChosen(new Set())} />}
      {filling && (
        <BackfillDialog
          trigger={filling}
          onClose={() => setFilling(null)}
          onCreated={() => {
            setFilling(null);
            toast(t("The backfill has begun"));
            void client.invalidateQueries({ queryKey: ["triggers"] });
          }}
        />
      )}
    </>
  );
}

/** The triggers shown, in sum. */
function Figures({ triggers }: { triggers: readonly Trigger[] }) {
  const health = triggers.map(healthOf);
  const count = (wanted: string): number => health.filter((one) => one === wanted).length;
  const worst = Math.max(0, ...triggers.map(({ state }) => secondsOf(state.lag)));
  const failing = triggers.filter((one) => healthOf(one) === "failing").map(({ state }) => state.triggerId);
  const figures: [string, string, string][] = [
    [t("Healthy"), String(count("healthy")), t("of {count} shown", { count: triggers.length })],
    [t("Late now"), String(count("late")), worst > 0 ? t("by {time} at most", { time: length(worst * 1_000) }) : ""],
    [t("Failing"), String(count("failing")), failing.slice(0, 2).join(", ")],
    [t("Waiting for an execution"), String(count("held")), ""],
    [t("Off"), String(count("off")), ""],
  ];
  return (
    <dl className="figures num">
      {figures.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b> <span className="small muted">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
