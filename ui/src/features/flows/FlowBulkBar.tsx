import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteFlows, exportFlows, type FlowChoice, setFlowsDisabled } from "../../api/flowBulk";
import { Confirm } from "../../components/actions/Confirm";
import { keepFile } from "../../components/keepFile";
import { toast, toastError } from "../../components/toasts";
import { plural, t } from "../../i18n/text";

interface Props {
  chosen: ReadonlySet<string>;
  filter: { text: string; namespace: string; label?: string };
  /** How many the filters find. */
  all: number;
  isAll: boolean;
  onAll: () => void;
  onClear: () => void;
}

/** What can be done to the chosen flows. */
export function FlowBulkBar({ chosen, filter, all, isAll, onAll, onClear }: Props) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const count = isAll ? all : chosen.size;
  const choice: FlowChoice = isAll ? { filter } : { ids: [...chosen].map(keyOf) };
  const renew = (): void => void client.invalidateQueries({ queryKey: ["flows"] });
  const act = useMutation({
    mutationFn: (isDisabled: boolean) => setFlowsDisabled(choice, isDisabled),
    onSuccess: (done, isDisabled) =>
      toast(
        isDisabled
          ? plural(done, { one: "{count} flow is disabled", other: "{count} flows are disabled" })
          : plural(done, { one: "{count} flow is enabled", other: "{count} flows are enabled" }),
      ),
    onError: toastError,
    onSettled: renew,
  });
  const keep = useMutation({
    mutationFn: () => exportFlows(choice),
    onSuccess: (blob) => keepFile("flows.zip", blob),
    onError: toastError,
  });
  const remove = useMutation({
    mutationFn: () => deleteFlows(choice),
    onSuccess: (done) => {
      toast(plural(done, { one: "{count} flow is deleted", other: "{count} flows are deleted" }));
      setAsking(false);
      onClear();
      renew();
    },
  });
  return (
    <div className="bulk" role="region" aria-label={t("Selection")}>
      <span className="med num">{plural(count, { one: "{count} flow", other: "{count} flows" })}</span>
      {!isAll && all > chosen.size && (
        <button className="link small" type="button" onClick={onAll}>
          {t("Select all {count} found", { count: all })}
        </button>
      )}
      <button className="btn btn--ghost btn--s" type="button" onClick={onClear}>
        {t("Clear")}
      </button>
      <button className="btn btn--s" type="button" onClick={() => act.mutate(false)}>
        {t("Enable")}
      </button>
      <button className="btn btn--s" type="button" onClick={() => act.mutate(true)}>
        {t("Disable")}
      </button>
      <button className="btn btn--s" type="button" onClick={() => keep.mutate()}>
        {t("Export")}
      </button>
      <button className="btn btn--s btn--danger" type="button" onClick={() => setAsking(true)}>
        {t("Delete")}
      </button>
      {isAsking && (
        <Confirm
          title={plural(count, { one: "Delete {count} flow?", other: "Delete {count} flows?" })}
          verb={plural(count, { one: "Delete {count} flow", other: "Delete {count} flows" })}
          keep={t("Keep")}
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>
            {t(
              "Their triggers stop. Revisions and executions stay, and saving a flow of the same name goes on from them.",
            )}
          </p>
          {!isAll && (
            <ul className="small mono-s">
              {[...chosen].slice(0, 8).map((key) => (
                <li key={key}>{key}</li>
              ))}
              {chosen.size > 8 && <li>{t("and {count} more", { count: chosen.size - 8 })}</li>}
            </ul>
          )}
        </Confirm>
      )}
    </div>
  );
}

function keyOf(key: string): { namespace: string; id: string } {
  const [namespace = "", id = ""] = key.split("/");
  return { namespace, id };
}
