import { Link } from "@tanstack/react-router";
import type { Trigger } from "../../api/triggers";
import type { Execution } from "../../api/types";
import { StateMark } from "../../components/StateMark";
import { lookOf } from "../../components/states";
import { elapsed, length, moment, shortTime } from "../../components/times";
import { plural, t } from "../../i18n/text";
import { type FlowRuns, rowsOf } from "./rows";

const HOUR_MS = 3_600_000;
const MOST_ROWS = 20;
const MOST_LINES = 8;

interface Props {
  executions: readonly Execution[];
  next: readonly Trigger[];
  from: number;
  now: number;
  to: number;
}

/** One row for each flow, one bar for each run of it, and in dashes what starts next. */
export function RunsTimeline({ executions, next, from, now, to }: Props) {
  const rows = rowsOf(executions, next, to);
  const place = (at: number): number => (Math.max(0, at - from) / (to - from)) * 100;
  const step = Math.max(HOUR_MS / 4, Math.ceil((to - from) / MOST_LINES / HOUR_MS) * HOUR_MS);
  const lines: number[] = [];
  for (let at = Math.ceil(from / step) * step; at < to; at += step) lines.push(at);
  if (rows.length === 0)
    return <p className="muted home__none">{t("Nothing ran, and no schedule starts anything soon.")}</p>;
  return (
    <div className="chart chart--timeline" style={{ "--label": "232px" }}>
      <div className="axis" aria-hidden="true">
        {lines.map((at) => (
          <span key={at} style={{ "--x": `${place(at)}%` }}>
            {shortTime(new Date(at))}
          </span>
        ))}
      </div>
      <div className="grid" aria-hidden="true">
        {lines.map((at) => (
          <i key={at} style={{ "--x": `${place(at)}%` }} />
        ))}
        <i className="ahead" style={{ "--x": `${place(now)}%` }} />
        <b className="now" style={{ "--x": `${place(now)}%` }} />
      </div>
      <table className="timeline">
        <caption className="sr">{t("Runs of each flow over time, and when it starts next")}</caption>
        <colgroup>
          <col />
          <col />
        </colgroup>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <Row key={row.key} row={row} place={place} from={from} now={now} to={to} />
          ))}
        </tbody>
      </table>
      {rows.length > MOST_ROWS && (
        <p className="small muted home__none">
          {plural(rows.length - MOST_ROWS, {
            one: "{count} more flow is not shown.",
            other: "{count} more flows are not shown.",
          })}
        </p>
      )}
    </div>
  );
}

interface RowProps extends Pick<Props, "from" | "now" | "to"> {
  row: FlowRuns;
  place: (at: number) => number;
}

function Row({ row, place, from, now, to }: RowProps) {
  const { namespace, flowId, runs, starts } = row;
  const [last] = runs;
  return (
    <tr>
      <th scope="row">
        <Link className="row" to="/executions" search={{ namespace, flow: flowId }}>
          {last ? <StateMark state={last.state.current} form="glyph" /> : <span className="glyph-space" />}
          <span className="cut med">{flowId}</span>
        </Link>
      </th>
      <td>
        <div className="track">
          {runs.map((run) => {
            const start = Math.max(from, Date.parse(run.state.startDate ?? ""));
            const end = Date.parse(run.state.startDate ?? "") + elapsed(run.state, now);
            const words = `${lookOf(run.state.current).word}, ${moment(run.state.startDate)}, ${length(elapsed(run.state, now))}`;
            return (
              <Link
                key={run.id}
                className={`bar ${lookOf(run.state.current).className}`}
                style={{ "--x": `${place(start)}%`, "--w": `${(Math.max(0, end - start) / (to - from)) * 100}%` }}
                to="/executions/$namespace/$flow/$id"
                params={{ namespace, flow: flowId, id: run.id }}
                tabIndex={-1}
                aria-label={`${flowId} ${words}`}
                title={words}
              />
            );
          })}
          {starts.map((at) => (
            <i key={at} className="bar future" style={{ "--x": `${place(at)}%`, "--w": "0.9%" }}>
              <span className="sr">{t("Starts at {time}", { time: moment(new Date(at).toISOString()) })}</span>
            </i>
          ))}
        </div>
      </td>
    </tr>
  );
}
