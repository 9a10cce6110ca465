import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { addUser, changePassword, changeUser, type Grant, type User } from "../../api/people";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { LabelledField } from "../../components/LabelledField";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";
import { Grants } from "./Grants";

interface Props {
  /** Absent: a new one. */
  user: User | undefined;
  onClose: () => void;
}

/** The roles of a user, and a password: needed for a new one, set anew for another. */
export function UserDialog({ user, onClose }: Props) {
  const client = useQueryClient();
  const [username, setName] = useState(user?.username ?? "");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<Grant[]>(user?.roles ?? [{ role: "viewer", namespace: "" }]);
  const save = useMutation({
    mutationFn: async () => {
      if (!user) {
        await addUser({ username, password, roles });
        return;
      }
      await changeUser(username, { roles });
      if (password) await changePassword(username, password);
    },
    onSuccess: () => {
      toast(user ? t("Saved {name}", { name: username }) : t("{name} can sign in", { name: username }));
      void client.invalidateQueries({ queryKey: ["users"] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={user ? t("Change {name}", { name: user.username }) : t("Add a user")}
      width={520}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Cancel")}
          </button>
          <button className="btn btn--primary" type="submit" form="user" aria-disabled={save.isPending}>
            {user ? t("Save") : t("Add the user")}
          </button>
        </>
      }
    >
      <form id="user" className="exec__form" onSubmit={submit} noValidate autoComplete="off">
        {!user && (
          <LabelledField label={t("User name")} help={t("An e-mail address.")}>
            {(id, note) => (
              <input
                id={id}
                className="input"
                aria-describedby={note}
                autoComplete="off"
                value={username}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </LabelledField>
        )}
        <LabelledField
          label={user ? t("New password") : t("Password")}
          help={
            user
              ? t("Left empty, it stays. A new one signs the user out everywhere.")
              : t("Eight characters or more, a capital letter and a digit among them.")
          }
        >
          {(id, note) => (
            <input
              id={id}
              className="input"
              type="password"
              autoComplete="new-password"
              aria-describedby={note}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </LabelledField>
        <Grants grants={roles} onChange={setRoles} />
        {save.error && <Failure error={save.error} />}
      </form>
    </Dialog>
  );
}
