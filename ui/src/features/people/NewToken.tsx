import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { addToken } from "../../api/people";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { LabelledField } from "../../components/LabelledField";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";

const LIVES: [string, string][] = [
  ["P30D", t("30 days")],
  ["P90D", t("90 days")],
  ["P365D", t("a year")],
  ["", t("until it is revoked")],
];

/** Makes a token and shows it, once. */
export function NewToken({ name, onClose }: { name: string; onClose: () => void }) {
  const client = useQueryClient();
  const [title, setTitle] = useState("");
  const [lifetime, setLifetime] = useState("P90D");
  const [isMissing, setMissing] = useState(false);
  const make = useMutation({
    mutationFn: () => addToken(name, { name: title, ...(lifetime && { lifetime }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setMissing(title.trim() === "");
    if (title.trim() !== "") make.mutate();
  };
  const text = make.data?.token;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={text ? t("The new token") : t("New token")}
      width={480}
      foot={
        text ? (
          <button className="btn btn--primary push" type="button" onClick={onClose}>
            {t("I have kept it")}
          </button>
        ) : (
          <>
            <button className="btn push" type="button" onClick={onClose}>
              {t("Cancel")}
            </button>
            <button className="btn btn--primary" type="submit" form="token" aria-disabled={make.isPending}>
              {t("Make the token")}
            </button>
          </>
        )
      }
    >
      {text ? (
        <div className="exec__form">
          <p>{t("This is shown once. Keep it where the program finds it that signs in with it.")}</p>
          <div className="row">
            <input className="input input--mono" aria-label={t("The token")} readOnly value={text} />
            <button
              className="btn"
              type="button"
              onClick={() =>
                navigator.clipboard.writeText(text).then(() => toast(t("The token is copied")), toastError)
              }
            >
              <Icon name="copy" small />
              {t("Copy")}
            </button>
          </div>
        </div>
      ) : (
        <form id="token" className="exec__form" onSubmit={submit} noValidate>
          <LabelledField
            label={t("Name")}
            help={t("What it is for, such as the deployment of flows.")}
            error={isMissing ? t("A token needs a name, to be told from others.") : undefined}
          >
            {(id, note) => (
              <input
                id={id}
                className="input"
                aria-describedby={note}
                aria-invalid={isMissing}
                value={title}
                onChange={(event) => setTitle(event.target.value)}
              />
            )}
          </LabelledField>
          <LabelledField label={t("It is good for")}>
            {(id) => (
              <select id={id} className="select" value={lifetime} onChange={(event) => setLifetime(event.target.value)}>
                {LIVES.map(([life, words]) => (
                  <option key={life} value={life}>
                    {words}
                  </option>
                ))}
              </select>
            )}
          </LabelledField>
          {make.error && <Failure error={make.error} />}
        </form>
      )}
    </Dialog>
  );
}
