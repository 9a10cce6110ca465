import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changePassword } from "../../api/people";
import { Failure } from "../../components/Failure";
import { LabelledField } from "../../components/LabelledField";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";

/** Changes the own password, for somebody who knows the one there is. */
export function OwnPassword({ name }: { name: string }) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const change = useMutation({
    mutationFn: () => changePassword(name, password, current),
    onSuccess: () => {
      toast(t("The password is changed"));
      setCurrent("");
      setPassword("");
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <section className="syspart" aria-labelledby="password">
      <h2 id="password">{t("Password")}</h2>
      <form className="prefs" onSubmit={submit}>
        <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
        <Secret label={t("Password now")} complete="current-password" value={current} onChange={setCurrent} />
        <Secret label={t("New password")} complete="new-password" value={password} onChange={setPassword} />
        <button className="btn" type="submit" aria-disabled={change.isPending}>
          {t("Change the password")}
        </button>
      </form>
      {change.error && <Failure error={change.error} />}
    </section>
  );
}

interface SecretProps {
  label: string;
  complete: string;
  value: string;
  onChange: (value: string) => void;
}

function Secret({ label, complete, value, onChange }: SecretProps) {
  return (
    <LabelledField label={label}>
      {(id) => (
        <input
          id={id}
          className="input"
          type="password"
          autoComplete={complete}
          required
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </LabelledField>
  );
}
