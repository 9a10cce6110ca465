import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import type { Fix } from "./fixes";
import type { Problem } from "./problems";

interface Props {
  problems: readonly Problem[];
  isChecking: boolean;
  onGo: (offset: number) => void;
  onFix: (fix: Fix) => void;
}

/** What is wrong, in the order of the text; each leads to its place. */
export function Problems({ problems, isChecking, onGo, onFix }: Props) {
  if (problems.length === 0) {
    return (
      <p className="muted small" style={{ padding: "8px 12px" }}>
        {isChecking ? t("Checking") : t("No problems")}
      </p>
    );
  }
  return (
    <ul className="probs">
      {problems.map((problem, index) => (
        <li key={index} className="row problem__row">
          <button
            className={`problem ${problem.severity === "error" ? "failed" : "warning"}`}
            type="button"
            onClick={() => onGo(problem.from)}
          >
            <Icon name={problem.severity === "error" ? "s-failed" : "s-warning"} />
            <span className="cut">
              {problem.message}
              {problem.hint && <span className="muted"> {problem.hint}</span>}
            </span>
            <span />
            <span className="problem__at num">
              {problem.line}:{problem.column}
            </span>
          </button>
          {problem.fix && (
            <button className="link small problem__fix" type="button" onClick={() => problem.fix && onFix(problem.fix)}>
              {problem.fix.label}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
