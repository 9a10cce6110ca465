import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { executionPage } from "../../api/executions";
import { flowPage } from "../../api/flows";
import { useLive } from "../../api/stream";
import type { Execution } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { StateMark } from "../../components/StateMark";
import { moment, ZONE } from "../../components/times";
import { useNow } from "../../components/useNow";
import { Questions } from "./Questions";
import { RunsTimeline } from "./RunsTimeline";

const HOUR_MS = 3_600_000;

/** What runs, what needs somebody, and what ran in the last hours. */
export function HomePage() {
  const now = useNow(true, 5_000);
  useLive("executions", "flows");
  const recent = useQuery(executionPage({ range: "PT12H", sort: "state.startDate:desc", page: 1, size: 500 }));
  const flows = useQuery(flowPage({ page: 1, size: 1 }));
  const today = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(now);
  return (
    <>
      <Head
        title={today}
        beside={<span className="muted">{ZONE}</span>}
        actions={
          <>
            <Link className="btn" to="/flows/new">
              <Icon name="plus" small />
              New flow
            </Link>
            <Link className="btn btn--primary" to="/flows">
              <Icon name="play" small />
              Run a flow
            </Link>
          </>
        }
      />
      {flows.data?.total === 0 ? (
        <FirstStart />
      ) : (
        <Loaded query={recent}>
          {({ results, total }) => (
            <>
              <Questions executions={results} now={now} />
              <div className="home">
                <section className="home__time" aria-labelledby="runs-title">
                  <h2 id="runs-title">
                    Runs <span className="muted num">of the last 12 hours, {total.toLocaleString("en")}</span>
                  </h2>
                  {results.length === 0 ? (
                    <p className="muted" style={{ padding: "0 var(--gutter)" }}>
                      Nothing ran.
                    </p>
                  ) : (
                    <RunsTimeline executions={results} from={now - 12 * HOUR_MS} to={now} />
                  )}
                </section>
                <Needs executions={results} />
              </div>
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

/** The last execution of a flow, where it failed or waits for somebody. */
function Needs({ executions }: { executions: Execution[] }) {
  const seen = new Set<string>();
  const last = executions.filter(({ namespace, flowId }) => {
    const key = `${namespace}/${flowId}`;
    return !seen.has(key) && seen.add(key);
  });
  const needing = last
    .filter(({ state }) => ["FAILED", "PAUSED", "WARNING", "KILLED"].includes(state.current))
    .slice(0, 12);
  return (
    <aside className="home__side" aria-label="Needs attention">
      <h2>
        Needs attention <span className="count num">{needing.length}</span>
      </h2>
      {needing.length === 0 && <p className="muted">Every flow that ran ended well.</p>}
      <ul>
        {needing.map((one) => (
          <li key={one.id}>
            <Link className="need" to="/executions/$namespace/$flow/$id" params={paramsOf(one)}>
              <StateMark state={one.state.current} form="glyph" />
              <span style={{ minWidth: 0 }}>
                <span className="name cut" style={{ display: "block" }}>
                  {one.flowId}
                </span>
                <span className="small muted cut" style={{ display: "block" }}>
                  {one.state.current === "PAUSED" ? "waits to be resumed" : one.state.current.toLowerCase()} in{" "}
                  {one.namespace}
                </span>
              </span>
              <time className="small muted num push" dateTime={one.state.startDate}>
                {moment(one.state.startDate)}
              </time>
            </Link>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function FirstStart() {
  return (
    <Empty
      icon="flows"
      title="Run your first flow"
      actions={
        <Link className="btn btn--primary" to="/flows/new">
          Write a flow
        </Link>
      }
    >
      A flow is a YAML text. The editor begins with one that runs as it stands; press Run there and watch it here.
    </Empty>
  );
}

function paramsOf(execution: Execution): { namespace: string; flow: string; id: string } {
  return { namespace: execution.namespace, flow: execution.flowId, id: execution.id };
}
