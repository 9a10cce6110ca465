import { Link } from "@tanstack/react-router";
import type { Execution } from "../../api/types";
import { lookOf } from "../../components/states";
import { clockTime, elapsed, length, moment } from "../../components/times";

const HOUR_MS = 3_600_000;
const MOST_ROWS = 24;

interface Props {
  executions: Execution[];
  from: number;
  to: number;
}

/** One row for each flow, one bar for each run of it. */
export function RunsTimeline({ executions, from, to }: Props) {
  const flows = new Map<string, Execution[]>();
  for (const one of executions) {
    const key = `${one.namespace}/${one.flowId}`;
    flows.set(key, [...(flows.get(key) ?? []), one]);
  }
  const place = (at: number): number => (Math.max(0, at - from) / (to - from)) * 100;
  const hours: number[] = [];
  for (let at = Math.ceil(from / HOUR_MS) * HOUR_MS; at < to; at += 2 * HOUR_MS) hours.push(at);
  return (
    <div className="chart chart--timeline" style={{ "--label": "232px" }}>
      <div className="axis" aria-hidden="true">
        {hours.map((at) => (
          <span key={at} style={{ "--x": `${place(at)}%` }}>
            {clockTime(new Date(at)).slice(0, 5)}
          </span>
        ))}
      </div>
      <div className="grid" aria-hidden="true">
        {hours.map((at) => (
          <i key={at} style={{ "--x": `${place(at)}%` }} />
        ))}
      </div>
      <table className="timeline">
        <caption className="sr">Runs of each flow over time</caption>
        <colgroup>
          <col />
          <col />
        </colgroup>
        <tbody>
          {[...flows.entries()].slice(0, MOST_ROWS).map(([key, runs]) => (
            <tr key={key}>
              <th scope="row">
                <Link className="cut" style={{ display: "block" }} to="/executions" search={searchOf(runs)}>
                  {runs[0]?.flowId}
                </Link>
              </th>
              <td>
                <div className="track">
                  {runs.map((run) => {
                    const start = Date.parse(run.state.startDate ?? "");
                    const took = elapsed(run.state, to);
                    return (
                      <Link
                        key={run.id}
                        className={`bar ${lookOf(run.state.current).className}`}
                        style={{ "--x": `${place(start)}%`, "--w": `${(took / (to - from)) * 100}%` }}
                        to="/executions/$namespace/$flow/$id"
                        params={{ namespace: run.namespace, flow: run.flowId, id: run.id }}
                        tabIndex={-1}
                        aria-label={`${run.flowId} ${lookOf(run.state.current).word}, ${moment(run.state.startDate)}, ${length(took)}`}
                        title={`${lookOf(run.state.current).word}, ${moment(run.state.startDate)}, ${length(took)}`}
                      />
                    );
                  })}
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function searchOf(runs: Execution[]): { namespace?: string; flow?: string } {
  const first = runs[0];
  return first ? { namespace: first.namespace, flow: first.flowId } : {};
}
