import { memo } from "react";
import { Icon } from "../../components/Icon";
import { StateMark } from "../../components/StateMark";
import { lookOf } from "../../components/states";
import { clockTime, length } from "../../components/times";
import { t } from "../../i18n/text";
import { lengthOf } from "../../timeline/rests";
import type { Row, Segment } from "../../timeline/rows";
import type { Scale } from "../../timeline/scale";

interface Props {
  row: Row;
  scale: Scale;
  isSelected: boolean;
  isClosed: boolean;
  isCritical: boolean;
  onSelect: () => void;
  onToggle: () => void;
}

/** One task run: its place in the tree, its name, how long it took, and when. */
export const GanttRow = memo(function GanttRow({
  row,
  scale,
  isSelected,
  isClosed,
  isCritical,
  onSelect,
  onToggle,
}: Props) {
  const { run } = row;
  const attempts = run.attempts?.length ?? 0;
  const isParent = row.hasChildren || typeof run.outputs?.iterationCount === "number";
  return (
    <tr aria-selected={isSelected} onClick={onSelect}>
      <th scope="row" style={{ "--lv": row.level }}>
        <span className="row">
          {isParent ? (
            <button
              className="twist"
              type="button"
              aria-expanded={!isClosed}
              aria-label={t("Task runs below {task}", { task: run.taskId })}
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
          {attempts > 1 && <span className="small muted nowrap">{t("attempt {number}", { number: attempts })}</span>}
        </span>
      </th>
      <td className="n">{length(lengthOf(row.parts))}</td>
      <td>
        <div className="track" role="img" aria-label={sentence(row, isCritical)}>
          {row.segments.map((segment, index) => (
            <i key={index} className={classOf(segment)} style={placeOf(scale, segment)} />
          ))}
          {isCritical && row.parts.map((part) => <i key={part.from} className="crit" style={placeOf(scale, part)} />)}
        </div>
      </td>
    </tr>
  );
});

function classOf({ kind, state }: Segment): string {
  const { className } = lookOf(state);
  return { queue: "queue", wait: "wait", span: "span", run: `bar ${className}` }[kind];
}

function placeOf(scale: Scale, { from, to }: { from: number; to: number }): React.CSSProperties {
  return { "--x": `${scale.place(from)}%`, "--w": `${scale.place(to) - scale.place(from)}%` };
}

function sentence({ run, segments, from, parts }: Row, isCritical: boolean): string {
  const waited = segments.filter(({ kind }) => kind === "queue").reduce((sum, one) => sum + one.to - one.from, 0);
  const words = {
    task: run.taskId,
    state: lookOf(run.state.current).word,
    time: length(lengthOf(parts)),
    start: clockTime(new Date(from)),
    waited: length(waited),
  };
  return isCritical
    ? t("{task}, {state}, {time} from {start}, of it {waited} in the queue, on the critical path", words)
    : t("{task}, {state}, {time} from {start}, of it {waited} in the queue", words);
}
