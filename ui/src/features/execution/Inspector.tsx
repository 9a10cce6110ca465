import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { lastLines } from "../../api/lines";
import type { Attempt, Execution, TaskRun } from "../../api/types";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { LogMessage } from "../../components/LogMessage";
import { StateMark } from "../../components/StateMark";
import { isTerminal, lookOf } from "../../components/states";
import { clockMillis, length } from "../../components/times";
import { number, t } from "../../i18n/text";
import { lengthOf, partsOf } from "../../timeline/rests";
import { loopAround } from "../../timeline/rows";
import { InspectorActions } from "./InspectorActions";

interface Props {
  execution: Execution;
  run: TaskRun;
  now: number;
  onClose: () => void;
  onAllLogs: () => void;
  onData: () => void;
  onOpen: (execution: Execution) => void;
}

const SHOWN_LINES = 12;

/** Everything about one task run, beside what is being looked at. */
export function Inspector({ execution, run, now, onClose, onAllLogs, onData, onOpen }: Props) {
  const attempts = run.attempts ?? [];
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? attempts.length - 1, attempts.length - 1);
  const attempt = attempts[at];
  return (
    <aside className="inspector" aria-label={t("Task run {task}", { task: run.taskId })}>
      <div className="insp__h">
        <span className="row">
          <StateMark state={run.state.current} form="glyph" />
          <h2 className="mono cut">{run.taskId}</h2>
          <button
            className="btn btn--ghost btn--s btn--icon push"
            type="button"
            aria-label={t("Close")}
            onClick={onClose}
          >
            <Icon name="close" small />
          </button>
        </span>
        {attempts.length > 1 && (
          <div className="row" style={{ marginTop: 8 }}>
            <span className="small muted">{t("Attempt")}</span>
            <span className="seg" role="group" aria-label={t("Attempt")}>
              {attempts.map((_, index) => (
                <button key={index} type="button" aria-pressed={index === at} onClick={() => setChosen(index)}>
                  {index + 1}
                </button>
              ))}
            </span>
          </div>
        )}
      </div>
      <div className="insp__b">
        <InspectorActions execution={execution} run={run} onOpen={onOpen} />
        <Facts execution={execution} run={run} attempt={attempt} now={now} />
        <Outputs run={run} onData={onData} />
        <LastLines execution={execution} run={run} attempt={chosen === null ? undefined : at} onAllLogs={onAllLogs} />
      </div>
    </aside>
  );
}

interface FactsProps {
  execution: Execution;
  run: TaskRun;
  attempt: Attempt | undefined;
  now: number;
}

function Facts({ execution, run, attempt, now }: FactsProps) {
  const { state } = attempt ?? run;
  const loop = loopAround(execution.taskRunList ?? [], run.id);
  return (
    <dl className="dl num">
      <dt>{t("State")}</dt>
      <dd>
        <StateMark state={state.current} />
      </dd>
      <dt>{t("Took")}</dt>
      <dd>{length(lengthOf(partsOf(state, now)))}</dd>
      {loop && (
        <>
          <dt>{t("Iteration")}</dt>
          <dd>{number(loop.index + 1)}</dd>
        </>
      )}
      {run.value !== undefined && (
        <>
          <dt>{t("Value")}</dt>
          <dd className="mono-s">{run.value}</dd>
        </>
      )}
      {state.histories.map((step, index) => (
        <div key={index} style={{ display: "contents" }}>
          <dt className="small">{lookOf(step.state).word}</dt>
          <dd>{clockMillis(new Date(step.date))}</dd>
        </div>
      ))}
      {attempt?.workerId && (
        <>
          <dt>{t("Worker")}</dt>
          <dd className="mono-s">{attempt.workerId}</dd>
        </>
      )}
      <dt>{t("Id")}</dt>
      <dd className="mono-s">{run.id}</dd>
    </dl>
  );
}

function Outputs({ run, onData }: { run: TaskRun; onData: () => void }) {
  const hasOutputs = (run.outputs && Object.keys(run.outputs).length > 0) || run.outputsUri;
  return (
    <>
      <h3 className="row">
        {t("Outputs")}
        {hasOutputs && (
          <button className="link small push" type="button" onClick={onData}>
            {t("In data")}
          </button>
        )}
      </h3>
      {!hasOutputs && <p className="muted small">{t("It gave none.")}</p>}
      {run.outputs && hasOutputs && <JsonTree value={run.outputs} />}
    </>
  );
}

interface LinesProps {
  execution: Execution;
  run: TaskRun;
  attempt: number | undefined;
  onAllLogs: () => void;
}

function LastLines({ execution, run, attempt, onAllLogs }: LinesProps) {
  const isLive = !isTerminal(run.state.current);
  const lines = useQuery(lastLines(execution.id, { taskRun: run.id, attempt }, SHOWN_LINES, isLive));
  const shown = lines.data?.results ?? [];
  return (
    <>
      <h3 className="row">
        {t("Last lines")}
        {shown.length > 0 && (
          <button className="link small push" type="button" onClick={onAllLogs}>
            {t("All logs")}
          </button>
        )}
      </h3>
      {shown.length === 0 ? (
        <p className="muted small">{t("It wrote nothing.")}</p>
      ) : (
        <div className="log log--mini">
          {shown.map((line, index) => (
            <div key={index} className={`log__line log__line--${line.level.toLowerCase()}`}>
              <time>{clockMillis(new Date(line.timestamp)).slice(0, 8)}</time>
              <span className="log__lv">{line.level[0]}</span>
              <span className="log__msg">
                <LogMessage message={line.message} />
              </span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}
