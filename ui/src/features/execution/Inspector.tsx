import { useState } from "react";
import type { LogLine, TaskRun } from "../../api/types";
import { Icon } from "../../components/Icon";
import { JsonTree } from "../../components/JsonTree";
import { StateMark } from "../../components/StateMark";
import { clockMillis, elapsed, length } from "../../components/times";

interface Props {
  run: TaskRun;
  lines: readonly LogLine[];
  now: number;
  onClose: () => void;
  onAllLogs: () => void;
  /** Absent while the execution runs. */
  onReplay?: (() => void) | undefined;
}

const SHOWN_LINES = 12;

/** Everything about one task run, beside what is being looked at. */
export function Inspector({ run, lines, now, onClose, onAllLogs, onReplay }: Props) {
  const attempts = run.attempts ?? [];
  const [chosen, setChosen] = useState<number | null>(null);
  const at = Math.min(chosen ?? attempts.length - 1, attempts.length - 1);
  const attempt = attempts[at];
  const own = lines.filter(
    (line) =>
      line.taskRunId === run.id && (chosen === null || line.attemptNumber === undefined || line.attemptNumber === at),
  );
  return (
    <aside className="inspector" aria-label={`Task run ${run.taskId}`}>
      <div className="insp__h">
        <span className="row">
          <StateMark state={run.state.current} form="glyph" />
          <h2 className="mono cut">{run.taskId}</h2>
          <button className="btn btn--ghost btn--s btn--icon push" type="button" aria-label="Close" onClick={onClose}>
            <Icon name="close" small />
          </button>
        </span>
        {attempts.length > 1 && (
          <div className="row" style={{ marginTop: 8 }}>
            <span className="small muted">Attempt</span>
            <span className="seg" role="group" aria-label="Attempt">
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
        {onReplay && (
          <button className="btn btn--s" type="button" style={{ justifySelf: "start" }} onClick={onReplay}>
            <Icon name="replay" small />
            Replay from here
          </button>
        )}
        <dl className="dl num">
          <dt>State</dt>
          <dd>
            <StateMark state={(attempt ?? run).state.current} />
          </dd>
          <dt>Took</dt>
          <dd>{length(elapsed((attempt ?? run).state, now))}</dd>
          {(attempt ?? run).state.histories.map(({ state, date }, index) => (
            <div key={index} style={{ display: "contents" }}>
              <dt className="small">{state.toLowerCase()}</dt>
              <dd>{clockMillis(new Date(date))}</dd>
            </div>
          ))}
          {run.value !== undefined && (
            <>
              <dt>Value</dt>
              <dd className="mono-s">{run.value}</dd>
            </>
          )}
          {attempt?.workerId && (
            <>
              <dt>Worker</dt>
              <dd className="mono-s">{attempt.workerId}</dd>
            </>
          )}
          <dt>Id</dt>
          <dd className="mono-s">{run.id}</dd>
        </dl>
        {run.outputs && Object.keys(run.outputs).length > 0 && (
          <>
            <h3>Outputs</h3>
            <JsonTree value={run.outputs} />
          </>
        )}
        <h3 className="row">
          Last lines
          {own.length > 0 && (
            <button className="link small push" type="button" onClick={onAllLogs}>
              All logs
            </button>
          )}
        </h3>
        {own.length === 0 ? (
          <p className="muted small">It wrote nothing.</p>
        ) : (
          <div className="log log--mini">
            {own.slice(-SHOWN_LINES).map((line, index) => (
              <div key={index} className={`log__line log__line--${line.level.toLowerCase()}`}>
                <time>{clockMillis(new Date(line.timestamp)).slice(0, 8)}</time>
                <span className="log__lv">{line.level[0]}</span>
                <span className="log__msg">{line.message}</span>
              </div>
            ))}
          </div>
        )}
      </div>
    </aside>
  );
}
