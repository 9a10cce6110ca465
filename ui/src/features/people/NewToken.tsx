import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { addToken } from "../../api/people";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { LabelledField } from "../../components/LabelledField";
import { toast, toastError } from "../../components/toasts";

const LIVES: [string, string][] = [
  ["P30D", "30 days"],
  ["P90D", "90 days"],
  ["P365D", "a year"],
  ["", "until it is revoked"],
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
      title={text ? "The new token" : "New token"}
      width={480}
      foot={
        text ? (
          <button className="btn btn--primary push" type="button" onClick={onClose}>
            I have kept it
          </button>
        ) : (
          <>
            <button className="btn push" type="button" onClick={onClose}>
              Cancel
            </button>
            <button className="btn btn--primary" type="submit" form="token" aria-disabled={make.isPending}>
              Make the token
            </button>
          </>
        )
      }
    >
      {text ? (
        <div className="exec__form">
          <p>This is shown once. Keep it where the program finds it that signs in with it.</p>
          <div className="row">
            <input className="input input--mono" aria-label="The token" readOnly value={text} />
            <button
              className="btn"
              type="button"
              onClick={() => navigator.clipboard.writeText(text).then(() => toast("The token is copied"), toastError)}
            >
              <Icon name="copy" small />
              Copy
            </button>
          </div>
        </div>
      ) : (
        <form id="token" className="exec__form" onSubmit={submit} noValidate>
          <LabelledField
            label="Name"
            help="What it is for, such as the deployment of flows."
            error={isMissing ? "A token needs a name, to be told from others." : undefined}
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
          <LabelledField label="It is good for">
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
