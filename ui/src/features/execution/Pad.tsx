import { useMutation } from "@tanstack/react-query";
import { evaluate } from "../../api/executions";
import type { Execution, TaskRun } from "../../api/types";
import { chord } from "../../components/chord";
import { lookOf } from "../../components/states";
import { t } from "../../i18n/text";

interface Props {
  execution: Execution;
  taskRunId: string | undefined;
  text: string;
  onText: (text: string) => void;
  onTaskRun: (id: string | undefined) => void;
}

const MOST = 300;

/** Renders an expression on the server, as the flow sees it or one task run does. */
export function Pad({ execution, taskRunId, text, onText, onTaskRun }: Props) {
  const render = useMutation({ mutationFn: () => evaluate(execution.id, taskRunId ?? null, text) });
  const runs = execution.taskRunList ?? [];
  const chosen = runs.find(({ id }) => id === taskRunId);
  const { iterations, offered } = offeredFor(runs, chosen);
  const error = render.data?.error;
  return (
    <aside className="data__pad" aria-label={t("Expression")}>
      <h3>{t("Expression")}</h3>
      <div className="field">
        <label className="field__label" htmlFor="pad-run">
          {t("As seen by")}
        </label>
        <select
          className="select"
          id="pad-run"
          value={taskRunId ?? ""}
          onChange={(event) => onTaskRun(event.target.value || undefined)}
        >
          <option value="">{t("the flow")}</option>
          {offered.map((run) => (
            <option key={run.id} value={run.id}>
              {nameOf(run)}
            </option>
          ))}
        </select>
      </div>
      {chosen && iterations.length > 1 && (
        <div className="field">
          <label className="field__label" htmlFor="pad-iteration">
            {t("Iteration")}
          </label>
          <input
            className="input"
            id="pad-iteration"
            type="number"
            min={1}
            max={iterations.length}
            value={(chosen.iteration ?? 0) + 1}
            onChange={(event) => {
              const wanted = iterations.find(({ iteration }) => (iteration ?? 0) + 1 === Number(event.target.value));
              if (wanted) onTaskRun(wanted.id);
            }}
          />
        </div>
      )}
      <textarea
        className="textarea input--mono"
        aria-label={t("Expression")}
        aria-invalid={error !== undefined}
        rows={5}
        spellCheck={false}
        placeholder="{{ inputs.day }}"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) render.mutate();
        }}
      />
      <button className="btn" type="button" onClick={() => render.mutate()} style={{ justifySelf: "start" }}>
        {t("Render")}
        <kbd className="kbd">{chord("⌘↵")}</kbd>
      </button>
      {error !== undefined && (
        <div role="alert">
          <p className="field__error">{error}</p>
          {render.data?.line !== undefined && (
            <pre className="code-block small" aria-label={t("Where the error is")}>
              {pointer(text, render.data.line, render.data.column ?? 1)}
            </pre>
          )}
        </div>
      )}
      {render.data?.result !== undefined && (
        <pre className="code-block" tabIndex={0} aria-label={t("Result")}>
          {String(render.data.result)}
        </pre>
      )}
      {render.isError && <p className="field__error">{render.error.message}</p>}
    </aside>
  );
}

/** One task run of each task, that of the chosen iteration where there are many; and the iterations of what is chosen. */
function offeredFor(runs: readonly TaskRun[], chosen: TaskRun | undefined) {
  const isSame = (run: TaskRun): boolean =>
    chosen !== undefined && run.taskId === chosen.taskId && run.parentTaskRunId === chosen.parentTaskRunId;
  const seen = new Set<string>();
  const offered = runs.filter((run) => {
    if (chosen && isSame(run)) return run.id === chosen.id;
    const key = `${run.taskId} ${run.parentTaskRunId}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
  const iterations = chosen?.iteration === undefined ? [] : runs.filter(isSame);
  return {
    iterations: iterations.toSorted((a, b) => (a.iteration ?? 0) - (b.iteration ?? 0)),
    offered: offered.slice(0, MOST),
  };
}

function nameOf(run: TaskRun): string {
  const value = run.value === undefined ? "" : `, ${run.value}`;
  return `${run.taskId}${value} (${lookOf(run.state.current).word})`;
}

/** The line of the error with a mark below the place. */
function pointer(text: string, line: number, column: number): string {
  return `${text.split("\n")[line - 1] ?? ""}\n${" ".repeat(Math.max(0, column - 1))}^ line ${line}, column ${column}`;
}
