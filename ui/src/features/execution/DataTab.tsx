import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { evaluate } from "../../api/executions";
import type { Execution, JsonObject } from "../../api/types";
import { JsonTree } from "../../components/JsonTree";
import { StateMark } from "../../components/StateMark";

/** What went in and came out, and a pad that renders expressions as the execution would. */
export function DataTab({ execution, taskRunId }: { execution: Execution; taskRunId: string | undefined }) {
  const [text, setText] = useState("");
  const runs = (execution.taskRunList ?? []).filter(({ outputs }) => outputs && Object.keys(outputs).length > 0);
  const parts: [string, JsonObject | undefined][] = [
    ["inputs", execution.inputs],
    ["outputs of the flow", execution.outputs],
    ["vars", execution.variables],
    ["trigger", execution.trigger?.variables],
  ];
  const use = (path: string): void => setText(`{{ ${path} }}`);
  return (
    <div className="data">
      <div className="data__tree" tabIndex={0} role="region" aria-label="Data">
        {parts.map(
          ([name, value]) =>
            value &&
            Object.keys(value).length > 0 && (
              <section key={name}>
                <h3>{name[0]?.toUpperCase() + name.slice(1)}</h3>
                <JsonTree
                  value={value}
                  path={name.startsWith("outputs") ? "" : name}
                  onPick={name.startsWith("outputs") ? undefined : use}
                />
              </section>
            ),
        )}
        <section>
          <h3>Outputs of tasks</h3>
          {runs.length === 0 && (
            <p className="muted">No task has given an output{execution.state.endDate ? "" : " yet"}.</p>
          )}
          {runs.map((run) => (
            <div key={run.id}>
              <h4 className="row small">
                <StateMark state={run.state.current} form="glyph" />
                <code className="mono-s strong">{run.taskId}</code>
                {run.value !== undefined && <span className="muted cut">{run.value}</span>}
              </h4>
              <JsonTree
                value={run.outputs ?? {}}
                path={/^\w+$/.test(run.taskId) ? `outputs.${run.taskId}` : `outputs['${run.taskId}']`}
                onPick={run.value === undefined ? use : undefined}
              />
            </div>
          ))}
        </section>
      </div>
      <Pad executionId={execution.id} taskRunId={taskRunId} text={text} onText={setText} />
    </div>
  );
}

interface PadProps {
  executionId: string;
  taskRunId: string | undefined;
  text: string;
  onText: (text: string) => void;
}

function Pad({ executionId, taskRunId, text, onText }: PadProps) {
  const render = useMutation({ mutationFn: () => evaluate(executionId, taskRunId ?? null, text) });
  return (
    <aside className="data__pad" aria-label="Expression">
      <h3>Expression</h3>
      <p className="small muted">
        Rendered by the server {taskRunId ? "as the selected task run sees it" : "as the flow sees it"}. A name in the
        tree puts its expression here.
      </p>
      <textarea
        className="textarea input--mono"
        aria-label="Expression"
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
        Render
        <kbd className="kbd">⌘↵</kbd>
      </button>
      {render.data?.error !== undefined && <p className="field__error">{render.data.error}</p>}
      {render.data?.result !== undefined && (
        <pre className="code-block" tabIndex={0} aria-label="Result">
          {String(render.data.result)}
        </pre>
      )}
      {render.isError && <p className="field__error">{render.error.message}</p>}
    </aside>
  );
}
