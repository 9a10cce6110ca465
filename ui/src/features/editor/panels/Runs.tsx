import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { executionPage } from "../../../api/executions";
import type { Execution } from "../../../api/types";
import { Icon } from "../../../components/Icon";
import { isTerminal, lookOf } from "../../../components/states";
import { elapsed, length, moment, shortTime } from "../../../components/times";
import { useNow } from "../../../components/useNow";
import { wallOf } from "../../../components/wallClock";
import { plural, t } from "../../../i18n/text";

export interface RunsProps {
  namespace: string;
  flow: string;
  /** The run whose states are shown on graph and blocks. */
  shown: string | undefined;
  onShow: (id: string | undefined) => void;
}

const COUNT = 20;

/** The last runs of the flow, the newest right; a chosen one is told of, and painted on graph and blocks. */
export function Runs({ namespace, flow, shown, onShow }: RunsProps) {
  const found = useQuery(
    executionPage({ namespace, flow, sort: "state.startDate:desc", page: 1, size: COUNT, range: "P90D" }),
  );
  const runs = (found.data?.results ?? []).filter((run) => run.namespace === namespace).toReversed();
  const now = useNow(runs.some(({ state }) => !isTerminal(state.current)));
  const longest = Math.max(1, ...runs.map((run) => elapsed(run.state, now)));
  const chosen = runs.find(({ id }) => id === shown);
  // Runs of one day are told apart by the hour and the minute.
  const isOneDay = new Set(runs.map(dayOf)).size === 1;
  const label = (run: Execution): string => (isOneDay ? shortTime(new Date(run.state.startDate ?? 0)) : dayOf(run));
  if (found.isSuccess && runs.length === 0) {
    return <p className="small muted page-state">{t("The flow has not run yet. Run it, and its runs stand here.")}</p>;
  }
  return (
    <div className="lr">
      <div
        className="lr__b"
        role="group"
        aria-label={plural(runs.length, { one: "Last {count} run", other: "Last {count} runs" })}
      >
        {runs.map((run) => (
          <button
            key={run.id}
            className="lrun"
            type="button"
            aria-pressed={run.id === shown}
            aria-label={wordsOf(run, now)}
            onClick={() => onShow(run.id === shown ? undefined : run.id)}
          >
            <i
              className={lookOf(run.state.current).className}
              style={{ "--h": Math.round(20 + (80 * elapsed(run.state, now)) / longest) } as React.CSSProperties}
            />
            <span>{label(run)}</span>
          </button>
        ))}
      </div>
      <div className="lr__t">
        {chosen ? (
          <Told run={chosen} now={now} />
        ) : (
          <p className="small muted">{t("Choose a run to see how its tasks went.")}</p>
        )}
      </div>
    </div>
  );
}

function Told({ run, now }: { run: Execution; now: number }) {
  const look = lookOf(run.state.current);
  return (
    <>
      <p className="row">
        <span className={`state state--s ${look.className}`}>
          <Icon name={look.glyph} />
          {look.word}, {length(elapsed(run.state, now))}
        </span>
        <span className="push small muted num">
          {t("{time}, revision {revision}", {
            time: moment(run.state.startDate),
            revision: run.flowRevision,
          })}
        </span>
      </p>
      {run.error && <p className="small cut">{run.error}</p>}
      <p>
        <Link
          className="link small"
          to="/executions/$namespace/$flow/$id"
          params={{ namespace: run.namespace, flow: run.flowId, id: run.id }}
        >
          {t("Open run")}
        </Link>
      </p>
    </>
  );
}

function wordsOf(run: Execution, now: number): string {
  return `${moment(run.state.startDate)}, ${lookOf(run.state.current).word}, ${length(elapsed(run.state, now))}`;
}

function dayOf(run: Execution): string {
  return String(wallOf(new Date(run.state.startDate ?? 0)).day);
}
