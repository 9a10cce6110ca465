import { ApiError } from "../api/client";
import { t } from "../i18n/text";
import { Icon } from "./Icon";

/** What went wrong, in the server's words, with the way on; the rest of the page stays. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const known = error instanceof ApiError ? error : null;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="notice failed" role="alert">
      <Icon name="s-failed" />
      <div>
        <p>{message}</p>
        {known?.issues.map((issue, index) => (
          <p key={index} className="small muted">
            {issue.path && <code className="mono-s">{issue.path}</code>} {issue.detail}
            {issue.hint && `: ${issue.hint}`}
          </p>
        ))}
        {known?.traceId && <p className="small muted">{t("Trace {id}", { id: known.traceId })}</p>}
        {retry && (
          <button className="btn btn--s" type="button" style={{ marginTop: 8 }} onClick={retry}>
            {t("Try again")}
          </button>
        )}
      </div>
    </div>
  );
}
