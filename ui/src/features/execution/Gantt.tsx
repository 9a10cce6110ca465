import { useMemo, useState } from "react";
import type { Execution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { StateMark } from "../../components/StateMark";
import { lookOf } from "../../components/states";
import { clockTime, length } from "../../components/times";
import { percent, type Row, type Segment, type Timeline, timelineOf } from "../../timeline/rows";

interface Props {
  execution: Execution;
  now: number;
  selected: string | undefined;
  onSelect: (taskRunId: string) => void;
}

/** Task runs over time: waiting is ticks, running a bar in the colour of what became of it, retry waits are dots. */
export function Gantt({ execution, now, selected, onSelect }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const timeline = useMemo(() => timelineOf(execution, now, closed), [execution, now, closed]);
  const toggle = (id: string): void => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  return (
    <>
      <div className="chart chart--gantt" style={{ "--label": "376px" }}>
        <div className="axis" aria-hidden="true">
          {timeline.ticks.map((at) => (
            <span key={at} style={{ "--x": `${percent(timeline, at)}%` }}>
              {clockTime(new Date(at))}
            </span>
          ))}
        </div>
        <div className="grid" aria-hidden="true">
          {timeline.ticks.map((at) => (
            <i key={at} style={{ "--x": `${percent(timeline, at)}%` }} />
          ))}
        </div>
        <table className="gantt" aria-label="Task runs">
          <colgroup>
            <col />
            <col />
            <col />
          </colgroup>
          <thead className="sr">
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Duration</th>
              <th scope="col">Timeline</th>
            </tr>
          </thead>
          <tbody>
            {timeline.rows.map((row) => (
              <GanttRow
                key={row.run.id}
                row={row}
                timeline={timeline}
                isSelected={row.run.id === selected}
                isClosed={closed.has(row.run.id)}
                onSelect={() => onSelect(row.run.id)}
                onToggle={() => toggle(row.run.id)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="legend small muted" aria-hidden="true">
        <span>
          <i className="lg-q" />
          waits in the queue
        </span>
        <span>
          <i className="lg-r success" />
          ran
        </span>
        <span>
          <i className="lg-r failed" />
          failed
        </span>
        <span>
          <i className="lg-w" />
          waits for a retry
        </span>
      </p>
    </>
  );
}

interface RowProps {
  row: Row;
  timeline: Timeline;
  isSelected: boolean;
  isClosed: boolean;
  onSelect: () => void;
  onToggle: () => void;
}

function GanttRow({ row, timeline, isSelected, isClosed, onSelect, onToggle }: RowProps) {
  const { run } = row;
  const attempts = run.attempts?.length ?? 0;
  return (
    <tr aria-selected={isSelected} onClick={onSelect}>
      <th scope="row" style={{ "--lv": row.level }}>
        <span className="row">
          {row.hasChildren ? (
            <button
              className="twist"
              type="button"
              aria-expanded={!isClosed}
              aria-label={`Task runs below ${run.taskId}`}
              onClick={(event) => {
                event.stopPropagation();
                onToggle();
              }}
            >
              <Icon name={isClosed ? "right" : "down"} />
            </button>
          ) : (
            <span className="twist" />
          )}
          <StateMark state={run.state.current} form="glyph" />
          <button type="button" className="gantt__name cut" onClick={onSelect}>
            {run.taskId}
          </button>
          {run.value !== undefined && <code className="mono-s muted cut">{run.value}</code>}
          {attempts > 1 && <span className="small muted nowrap">attempt {attempts}</span>}
        </span>
      </th>
      <td className="n">{length(row.to - row.from)}</td>
      <td>
        <div className="track" role="img" aria-label={sentence(row)}>
          {row.segments.map((segment, index) => (
            <i key={index} className={classOf(segment)} style={placeOf(timeline, segment)} />
          ))}
        </div>
      </td>
    </tr>
  );
}

function classOf({ kind, state }: Segment): string {
  const { className } = lookOf(state);
  return { queue: "queue", wait: "wait", span: "span", run: `bar ${className}` }[kind];
}

function placeOf(timeline: Timeline, { from, to }: Segment): React.CSSProperties {
  return { "--x": `${percent(timeline, from)}%`, "--w": `${percent(timeline, to) - percent(timeline, from)}%` };
}

function sentence({ run, segments, from, to }: Row): string {
  const waited = segments.filter(({ kind }) => kind === "queue").reduce((sum, one) => sum + one.to - one.from, 0);
  return `${run.taskId}, ${lookOf(run.state.current).word}, ${length(to - from)} from ${clockTime(new Date(from))}, of it ${length(waited)} in the queue`;
}
