import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { largeOutputs } from "../../api/files";
import type { Execution, Json, JsonObject, TaskRun } from "../../api/types";
import { JsonTree } from "../../components/JsonTree";
import { StateMark } from "../../components/StateMark";
import { plural, t } from "../../i18n/text";
import { FilePreview } from "./FilePreview";
import { Pad } from "./Pad";

interface Props {
  execution: Execution;
  taskRunId: string | undefined;
  onTaskRun: (id: string | undefined) => void;
}

const MOST_RUNS = 60;

/** What went in and came out, files with what can be seen of them, and a pad that renders expressions. */
export function DataTab({ execution, taskRunId, onTaskRun }: Props) {
  const [text, setText] = useState("");
  const [file, setFile] = useState<string | null>(null);
  const [wanted, setWanted] = useState("");
  const needle = wanted.toLowerCase();
  const runs = (execution.taskRunList ?? []).filter((run) => hasOutputs(run) && fits(run, needle));
  const chosen = runs.find(({ id }) => id === taskRunId);
  const shown = [...(chosen ? [chosen] : []), ...runs.filter((run) => run !== chosen)].slice(0, MOST_RUNS);
  const parts: [string, string, JsonObject | undefined][] = [
    [t("Inputs"), "inputs", execution.inputs],
    [t("Outputs of the flow"), "", execution.outputs],
    [t("Variables"), "vars", execution.variables],
    [t("Trigger"), "trigger", execution.trigger?.variables],
  ];
  const use = (path: string): void => setText(`{{ ${path} }}`);
  return (
    <div className="data">
      <div className="data__tree" tabIndex={0} role="region" aria-label={t("Data")}>
        <input
          className="input"
          type="search"
          aria-label={t("Find a name or value")}
          placeholder={t("Find a name or value")}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          style={{ maxWidth: 280 }}
        />
        {file && <FilePreview key={file} executionId={execution.id} uri={file} onClose={() => setFile(null)} />}
        {parts.map(([name, path, value]) => {
          const found =
            value &&
            Object.fromEntries(
              Object.entries(value).filter((entry) => JSON.stringify(entry).toLowerCase().includes(needle)),
            );
          if (!found || Object.keys(found).length === 0) return null;
          return (
            <section key={name}>
              <h3>{name}</h3>
              <JsonTree value={found} path={path} onPick={path ? use : undefined} onFile={setFile} />
            </section>
          );
        })}
        <section>
          <h3>{t("Outputs of tasks")}</h3>
          {runs.length === 0 && (
            <p className="muted">
              {needle
                ? t("No output fits.")
                : execution.state.endDate
                  ? t("No task has given an output.")
                  : t("No task has given an output yet.")}
            </p>
          )}
          {shown.map((run) => (
            <RunOutputs
              key={run.id}
              executionId={execution.id}
              run={run}
              isChosen={run === chosen}
              onPick={run.value === undefined ? use : undefined}
              onFile={setFile}
              onChoose={() => onTaskRun(run.id)}
            />
          ))}
          {shown.length < runs.length && (
            <p className="small muted">
              {plural(runs.length - shown.length, {
                one: "{count} more has outputs. Find it by its name or value, or choose it in the timeline.",
                other: "{count} more have outputs. Find one by its name or value, or choose it in the timeline.",
              })}
            </p>
          )}
        </section>
      </div>
      <Pad execution={execution} taskRunId={taskRunId} text={text} onText={setText} onTaskRun={onTaskRun} />
    </div>
  );
}

interface RunProps {
  executionId: string;
  run: TaskRun;
  isChosen: boolean;
  onPick: ((path: string) => void) | undefined;
  onFile: (uri: string) => void;
  onChoose: () => void;
}

function RunOutputs({ executionId, run, isChosen, onPick, onFile, onChoose }: RunProps) {
  const [isAsked, setAsked] = useState(false);
  const large = useQuery({ ...largeOutputs(executionId, run.id), enabled: isAsked });
  const value: Json | undefined = large.data ?? run.outputs;
  return (
    <div className={isChosen ? "data__run data__run--on" : "data__run"}>
      <h4 className="row small">
        <StateMark state={run.state.current} form="glyph" />
        <button type="button" className="mono-s strong" onClick={onChoose}>
          {run.taskId}
        </button>
        {run.value !== undefined && <span className="muted cut">{run.value}</span>}
      </h4>
      {value !== undefined ? (
        <JsonTree
          value={value}
          path={/^\w+$/.test(run.taskId) ? `outputs.${run.taskId}` : `outputs['${run.taskId}']`}
          onPick={onPick}
          onFile={onFile}
        />
      ) : (
        <button className="link small" type="button" onClick={() => setAsked(true)}>
          {large.isFetching ? t("Loading") : t("Load these large outputs")}
        </button>
      )}
      {large.isError && <p className="field__error">{large.error.message}</p>}
    </div>
  );
}

function hasOutputs({ outputs, outputsUri }: TaskRun): boolean {
  return outputsUri !== undefined || (outputs !== undefined && Object.keys(outputs).length > 0);
}

function fits(run: TaskRun, needle: string): boolean {
  return needle === "" || JSON.stringify([run.taskId, run.value, run.outputs]).toLowerCase().includes(needle);
}
