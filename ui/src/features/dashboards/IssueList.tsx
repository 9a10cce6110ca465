import type { Issue } from "../../api/types";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";

interface Props {
  issues: readonly Issue[];
  isChecking: boolean;
  onGo: (line: number, column: number) => void;
}

/** What is wrong with the text, in its order; each leads to its place. */
export function IssueList({ issues, isChecking, onGo }: Props) {
  if (issues.length === 0) {
    return (
      <p className="muted small dedit__none" role="status">
        {isChecking ? t("Checking") : t("No problems")}
      </p>
    );
  }
  return (
    <ul className="probs dedit__issues" aria-label={t("Problems")}>
      {issues.map((issue, index) => (
        <li key={index}>
          <button
            className={`problem ${issue.severity === "warning" ? "warning" : "failed"}`}
            type="button"
            onClick={() => onGo(issue.line ?? 1, issue.column ?? 1)}
          >
            <Icon name={issue.severity === "warning" ? "s-warning" : "s-failed"} />
            <span className="cut">
              {issue.path ? `${issue.path}: ${issue.detail}` : issue.detail}
              {issue.hint && <span className="muted"> {issue.hint}</span>}
            </span>
            <span />
            <span className="problem__at num">
              {issue.line ?? 1}:{issue.column ?? 1}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
