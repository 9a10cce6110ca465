import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { chord } from "../../components/chord";
import { Icon } from "../../components/Icon";
import { plural, t } from "../../i18n/text";
import type { Problem } from "./problems";

const FlowMenu = lazy(async () => ({ default: (await import("../../components/actions/FlowMenu")).FlowMenu }));

interface Props {
  namespace: string;
  id: string;
  revision: number;
  isDirty: boolean;
  isSaving: boolean;
  problems: readonly Problem[];
  isChecking: boolean;
  onSave: () => void;
  onRun: () => void;
}

/** What is edited, whether it is right, and the two ways on. */
export function EditorHead(props: Props) {
  const { namespace, id, revision, isDirty, isSaving, onSave, onRun } = props;
  return (
    <header className="head--compact head">
      <nav aria-label={t("Breadcrumb")}>
        <ol className="crumbs">
          <li>
            <Link to="/flows" search={namespace ? { namespace } : {}}>
              {namespace || t("Flows")}
            </Link>
          </li>
          <li>
            <h1>{id}</h1>
          </li>
        </ol>
      </nav>
      {revision > 0 && (
        <Link
          className="chip num hide-s"
          to="/flows/edit/$namespace/$id/revisions"
          params={{ namespace, id }}
          aria-label={t("Revision {revision}, show all revisions", { revision })}
        >
          {t("rev {revision}", { revision })}
        </Link>
      )}
      <Verdict {...props} />
      <span className="push row">
        {isDirty && <span className="small muted hide-s">{t("not saved")}</span>}
        {revision > 0 && (
          <>
            <Link className="btn btn--ghost hide-s" to="/flows/edit/$namespace/$id/overview" params={{ namespace, id }}>
              {t("Overview")}
            </Link>
            <Link className="btn btn--ghost hide-s" to="/executions" search={{ namespace, flow: id }}>
              <Icon name="runs" small />
              {t("Executions")}
            </Link>
          </>
        )}
        <button className="btn" type="button" aria-disabled={!isDirty || isSaving} onClick={onSave}>
          {isSaving ? t("Saving") : t("Save")}
          <kbd className="kbd">{chord("⌘S")}</kbd>
        </button>
        <button className="btn btn--primary" type="button" onClick={onRun}>
          <Icon name="play" small />
          {isDirty ? t("Save and run") : t("Run")}
          <kbd className="kbd">{chord("⌘↵")}</kbd>
        </button>
        {revision > 0 && <More namespace={namespace} id={id} />}
      </span>
    </header>
  );
}

/** The menu of the flow, which is loaded only once it is asked for. */
function More({ namespace, id }: { namespace: string; id: string }) {
  const [isAsked, setAsked] = useState(false);
  const button = (
    <button
      className="btn btn--icon"
      type="button"
      aria-label={t("More about the flow")}
      aria-haspopup="menu"
      onClick={() => setAsked(true)}
    >
      <Icon name="more" small />
    </button>
  );
  if (!isAsked) return button;
  return (
    <Suspense fallback={button}>
      <FlowMenu namespace={namespace} id={id} isInEditor isOpenAtFirst />
    </Suspense>
  );
}

function Verdict({ problems, isChecking }: Props) {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  if (problems.length === 0) {
    return (
      <span className={`state state--s hide-s ${isChecking ? "queued" : "success"}`} role="status">
        <Icon name={isChecking ? "wait" : "s-success"} />
        {isChecking ? t("Checking") : t("Valid")}
      </span>
    );
  }
  const words = [
    errors && plural(errors, { one: "{count} error", other: "{count} errors" }),
    warnings && plural(warnings, { one: "{count} warning", other: "{count} warnings" }),
  ];
  return (
    <span className={`state state--s ${errors > 0 ? "failed" : "warning"}`} role="status">
      <Icon name={errors > 0 ? "s-failed" : "s-warning"} />
      {words.filter(Boolean).join(", ")}
    </span>
  );
}
