import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, LOGIN, request, requestJson } from "../api/client";
import { Icon } from "../components/Icon";
import { Sprite } from "../components/Sprite";
import { t } from "../i18n/text";
import { LanguageButton } from "./LanguageButton";
import { Spiral } from "./Spiral";
import { toggleTheme } from "./theme";

const JSON_TYPE = { "content-type": "application/json" };

/** Asks who is here; on an installation without users, makes the first one. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const found = useQuery({
    queryKey: ["configs", "login"],
    queryFn: ({ signal }) => requestJson<{ isBasicAuthInitialized: boolean }>("/api/v1/configs/login", { signal }),
  });
  const isNew = found.data?.isBasicAuthInitialized === false;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const credentials = { username: form.get("username"), password: form.get("password") };
    setBusy(true);
    setError(null);
    try {
      if (isNew) {
        const body = JSON.stringify({ ...credentials, setupToken: form.get("token") });
        await request("/basicAuth", { method: "POST", body, headers: JSON_TYPE });
      }
      await request(LOGIN, { method: "POST", body: JSON.stringify(credentials), headers: JSON_TYPE });
      onSignedIn();
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  };
  const issues = error instanceof ApiError ? error.issues : [];
  return (
    <>
      <Sprite />
      <div className="lg">
        <main className="lg__f">
          <div className="lg__b">
            <Icon name="logo" />
            <span>Tiercel</span>
          </div>
          <form aria-labelledby="sign-in" onSubmit={(event) => void submit(event)}>
            <h1 id="sign-in">{isNew ? t("Make the first user") : t("Sign in")}</h1>
            <p className="muted">
              {isNew
                ? t("The server printed a set-up token when it started.")
                : t("to {host}", { host: window.location.host })}
            </p>
            {isNew && <Entry name="token" label={t("Set-up token")} type="text" complete="off" />}
            <Entry name="username" label={t("User name")} type="text" complete="username" />
            <Entry
              name="password"
              label={t("Password")}
              type="password"
              complete={isNew ? "new-password" : "current-password"}
            />
            {error && (
              <p className="field__error" role="alert">
                <Icon name="s-failed" />
                <span>
                  {error.message}
                  {issues.map(({ detail }) => ` ${detail}`)}
                </span>
              </p>
            )}
            <button className="btn btn--primary" type="submit" aria-disabled={isBusy}>
              {isBusy ? t("One moment") : isNew ? t("Make the user and sign in") : t("Sign in")}
            </button>
          </form>
          <footer className="small muted">
            <button className="row btn btn--ghost btn--s" type="button" onClick={toggleTheme}>
              <Icon name="theme" small />
              {t("Theme")}
            </button>
            <LanguageButton className="row btn btn--ghost btn--s" />
          </footer>
        </main>
        <Spiral />
      </div>
    </>
  );
}

function Entry({ name, label, type, complete }: { name: string; label: string; type: string; complete: string }) {
  return (
    <div className="field">
      <label className="field__label" htmlFor={`sign-in-${name}`}>
        {label}
      </label>
      <input className="input" id={`sign-in-${name}`} name={name} type={type} autoComplete={complete} required />
    </div>
  );
}
