import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { DocsLink } from "./DocsLink";
import type { Fix } from "./fixes";
import { alike } from "./mending";
import type { Problem } from "./problems";

interface Props {
  problems: readonly Problem[];
  isChecking: boolean;
  onGo: (offset: number) => void;
  onFix: (fix: Fix) => void;
  onMend: (problems: readonly Problem[]) => void;
}

/** What says that there is no such type. */
const NO_TYPE = new Set(["unknown-type", "missing-type", "wrong-type", "unknown-version"]);

/** What is wrong, in the order of the text; each leads to its place. */
export function Problems({ problems, isChecking, onGo, onFix, onMend }: Props) {
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
          <Mending problem={problem} same={alike(problems, problem)} onFix={onFix} onMend={onMend} />
          {problem.type && problem.issue && !NO_TYPE.has(problem.issue.code ?? "") && <DocsLink type={problem.type} />}
        </li>
      ))}
    </ul>
  );
}

interface MendingProps extends Pick<Props, "onFix" | "onMend"> {
  problem: Problem;
  same: readonly Problem[];
}

/** The step that mends a problem; the first of several of a kind offers it for all of them. */
function Mending({ problem: { fix, ...problem }, same, onFix, onMend }: MendingProps) {
  if (!fix) return null;
  const isFirst = same.length > 1 && same[0]?.from === problem.from && same[0].issue === problem.issue;
  return (
    <>
      <button className="link small problem__fix" type="button" onClick={() => onFix(fix)}>
        {fix.label}
      </button>
      {isFirst && (
        <button className="link small problem__fix" type="button" onClick={() => onMend(same)}>
          {t("All {count} alike", { count: same.length })}
        </button>
      )}
    </>
  );
}
