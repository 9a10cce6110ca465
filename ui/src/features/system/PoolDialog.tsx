import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { deletePool, type Pool, savePool } from "../../api/installation";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { LabelledField } from "../../components/LabelledField";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";

interface Props {
  /** Absent: a new one. */
  pool: Pool | undefined;
  onClose: () => void;
}

/** How many slots a pool has. */
export function PoolDialog({ pool, onClose }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState(pool?.name ?? "");
  const [slots, setSlots] = useState(String(pool?.slots ?? 1));
  const [description, setDescription] = useState(pool?.description ?? "");
  const [problem, setProblem] = useState<string>();
  const done = (text: string) => (): void => {
    toast(text);
    void client.invalidateQueries({ queryKey: ["pools"] });
    onClose();
  };
  const save = useMutation({
    mutationFn: () => savePool(name, Number(slots), description),
    onSuccess: done(t("Saved {name}", { name })),
  });
  const remove = useMutation({ mutationFn: () => deletePool(name), onSuccess: done(t("Deleted {name}", { name })) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const isRight = /^\d+$/.test(slots.trim());
    setProblem(isRight ? undefined : t("A whole number, such as 2"));
    if (isRight) save.mutate();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={pool ? t("Change the pool {name}", { name: pool.name }) : t("New pool")}
      width={440}
      foot={
        <>
          {pool && (
            <button className="btn btn--danger" type="button" onClick={() => remove.mutate()}>
              {t("Delete the pool")}
            </button>
          )}
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="submit" form="pool">
            {t("Save")}
          </button>
        </>
      }
    >
      <form id="pool" className="exec__form" onSubmit={submit} noValidate>
        {!pool && (
          <LabelledField label={t("Name")} help={t("As flows name it in their concurrency, such as warehouse")}>
            {(id, note) => (
              <input
                id={id}
                className="input input--mono"
                aria-describedby={note}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </LabelledField>
        )}
        <LabelledField label={t("Slots")} help={t("How many executions may hold one at once.")} error={problem}>
          {(id, note) => (
            <input
              id={id}
              className="input num"
              inputMode="numeric"
              aria-describedby={note}
              aria-invalid={problem !== undefined}
              value={slots}
              onChange={(event) => setSlots(event.target.value)}
            />
          )}
        </LabelledField>
        <LabelledField label={t("Description")}>
          {(id) => (
            <input
              id={id}
              className="input"
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </LabelledField>
        {(save.error ?? remove.error) && <Failure error={save.error ?? remove.error} />}
      </form>
    </Dialog>
  );
}
