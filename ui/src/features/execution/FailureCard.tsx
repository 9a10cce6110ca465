import type { Execution, LogLine, TaskRun } from "../../api/types";
import { StateMark } from "../../components/StateMark";

interface Props {
  execution: Execution;
  culprit: TaskRun | undefined;
  lines: readonly LogLine[];
  onShow: () => void;
}

/** Why an execution failed: the task, and the one line that matters. */
export function FailureCard({ execution, culprit, lines, onShow }: Props) {
  const errors = lines.filter(({ level }) => level === "ERROR");
  const own = culprit ? errors.filter(({ taskRunId }) => taskRunId === culprit.id) : errors;
  const message = own.at(-1)?.message ?? errors.at(-1)?.message ?? execution.error;
  const attempts = culprit?.attempts?.length ?? 0;
  return (
    <section className="fail" aria-labelledby="failure">
      <h2 id="failure" className="row">
        <StateMark state="FAILED" form="glyph" />
        {culprit ? (
          <span>
            <button type="button" className="mono strong" onClick={onShow}>
              {culprit.taskId}
            </button>{" "}
            failed{attempts > 1 && ` on attempt ${attempts}`}
          </span>
        ) : (
          <span>The execution failed</span>
        )}
      </h2>
      {message && (
        <p className="fail__e">
          <code>{message.split("\n").slice(0, 4).join("\n")}</code>
        </p>
      )}
    </section>
  );
}
