import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type SecretMeta, saveSecret } from "../../api/namespaces";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { LabelledField } from "../../components/LabelledField";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";

interface Props {
  namespace: string;
  /** Absent: a new one. */
  secret: SecretMeta | undefined;
  onClose: () => void;
}

/** Takes a secret; nothing gives it back. */
export function SecretDialog({ namespace, secret, onClose }: Props) {
  const client = useQueryClient();
  const [key, setKey] = useState(secret?.key ?? "");
  const [value, setValue] = useState("");
  const [description, setDescription] = useState(secret?.description ?? "");
  const [isMissing, setMissing] = useState(false);
  const save = useMutation({
    mutationFn: () => saveSecret(namespace, { key, value, ...(description && { description }) }),
    onSuccess: () => {
      toast(t("Saved {name}", { name: key }));
      void client.invalidateQueries({ queryKey: ["secrets"] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(value === "");
    if (value !== "") save.mutate();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={secret ? t("Set {name} anew", { name: secret.key }) : t("Add a secret")}
      width={460}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="submit" form="secret" aria-disabled={save.isPending}>
            {t("Save the secret")}
          </button>
        </>
      }
    >
      <form id="secret" className="exec__form" onSubmit={submit} noValidate autoComplete="off">
        {!secret && (
          <LabelledField label={t("Name")} help={t("Such as WAREHOUSE_PASSWORD")}>
            {(id, note) => (
              <input
                id={id}
                className="input input--mono"
                aria-describedby={note}
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
            )}
          </LabelledField>
        )}
        <LabelledField
          label={t("Value")}
          help={t("It is encrypted before it is stored, and masked in every log.")}
          error={isMissing ? t("A secret cannot be empty.") : undefined}
        >
          {(id, note) => (
            <textarea
              id={id}
              className="textarea input--mono concealed"
              rows={3}
              aria-describedby={note}
              aria-invalid={isMissing}
              spellCheck={false}
              autoComplete="off"
              value={value}
              onChange={(event) => setValue(event.target.value)}
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
        {save.error && <Failure error={save.error} />}
      </form>
    </Dialog>
  );
}
