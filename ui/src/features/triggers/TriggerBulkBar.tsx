import { useMutation, useQueryClient } from "@tanstack/react-query";
import { actOnTriggers, type ManyVerb, type Trigger } from "../../api/triggers";
import { toast, toastError } from "../../components/toasts";
import { plural, t } from "../../i18n/text";

interface Props {
  chosen: readonly Trigger[];
  onClear: () => void;
}

/** What can be done to the chosen triggers; backfills are offered where there are any. */
export function TriggerBulkBar({ chosen, onClear }: Props) {
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (verb: ManyVerb) =>
      actOnTriggers(
        chosen.map(({ state }) => state),
        verb,
      ),
    onSuccess: (done) =>
      toast(plural(done, { one: "{count} trigger is changed", other: "{count} triggers are changed" })),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["triggers"] }),
  });
  const filling = chosen.flatMap(({ state }) => (state.backfill ? [state.backfill] : []));
  const verbs: [ManyVerb, string, boolean][] = [
    ["enable", t("Enable"), chosen.some(({ state }) => state.disabled)],
    ["disable", t("Disable"), chosen.some(({ state }) => !state.disabled)],
    ["unlock", t("Unlock"), chosen.some(({ state }) => state.locked)],
    ["pause", t("Hold the backfills"), filling.some(({ paused }) => !paused)],
    ["unpause", t("Let the backfills go on"), filling.some(({ paused }) => paused)],
    ["delete", t("End the backfills"), filling.length > 0],
  ];
  return (
    <div className="bulk" role="region" aria-label={t("Selection")}>
      <span className="med num">{plural(chosen.length, { one: "{count} trigger", other: "{count} triggers" })}</span>
      <button className="btn btn--ghost btn--s" type="button" onClick={onClear}>
        {t("Clear")}
      </button>
      {verbs
        .filter(([, , isPossible]) => isPossible)
        .map(([verb, name]) => (
          <button
            key={verb}
            className={`btn btn--s ${verb === "delete" ? "btn--danger" : ""}`}
            type="button"
            aria-disabled={act.isPending}
            onClick={() => !act.isPending && act.mutate(verb)}
          >
            {name}
          </button>
        ))}
    </div>
  );
}
