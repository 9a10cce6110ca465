import { useState } from "react";
import { type StartRequest, toCurl, toPython, toYaml } from "../../components/inputs/requests";
import { t } from "../../i18n/text";

export type SnippetKind = "curl" | "python" | "yaml";

const TEXTS: Record<SnippetKind, { make: (request: StartRequest) => string; name: string; note: string }> = {
  curl: { make: toCurl, name: t("curl command"), note: t("The same start from a shell.") },
  python: {
    make: toPython,
    name: t("Python program"),
    note: t("The same start from Python, with the package requests."),
  },
  yaml: { make: toYaml, name: t("YAML of a task"), note: t("The same start as a task of another flow.") },
};

/** The start that is filled in, as text to take along. */
export function Snippet({ kind, request }: { kind: SnippetKind; request: StartRequest }) {
  const [copied, setCopied] = useState<string | null>(null);
  const { make, name, note } = TEXTS[kind];
  const text = make(request);
  const isTokenNeeded = request.isGuarded && kind !== "yaml";
  return (
    <div className="exec__form">
      <div className="row">
        <p className="muted">{note}</p>
        <button
          className="btn btn--s push"
          type="button"
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}
        >
          {copied === text ? t("Copied") : t("Copy")}
        </button>
      </div>
      <pre className="code-block" tabIndex={0} aria-label={name}>
        {text}
      </pre>
      {isTokenNeeded && (
        <p className="small muted">
          {t("It takes an API token of yours from the environment variable TIERCEL_TOKEN.")}
        </p>
      )}
    </div>
  );
}
