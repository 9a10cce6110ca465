import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { executionPage } from "../../api/executions";
import { flowPage } from "../../api/flows";
import { useLive } from "../../api/stream";
import { nextStarts } from "../../api/triggers";
import { Empty } from "../../components/Empty";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { longDay, ZONE } from "../../components/times";
import { useNow } from "../../components/useNow";
import { plural, t } from "../../i18n/text";
import { Edited } from "./Edited";
import { Needs } from "./Needs";
import { Next } from "./Next";
import { Questions } from "./Questions";
import { RunsTimeline } from "./RunsTimeline";

const HOUR_MS = 3_600_000;
const HOURS = [1, 6, 12, 24];
const MOST_RUNS = 500;
const MOST_NEXT = 200;
/** How much of what is seen lies ahead. */
const AHEAD = 1 / 3;

/** What runs, what needs somebody, what ran in the last hours and what starts next; `charts` stand below. */
export function HomePage({ charts }: { charts: ReactNode }) {
  const now = useNow(true, 5_000);
  const [hours, setHours] = useState(12);
  useLive("executions", "flows");
  const recent = useQuery(executionPage({ range: "PT24H", sort: "state.startDate:desc", page: 1, size: MOST_RUNS }));
  const next = useQuery(nextStarts({ size: MOST_NEXT })).data ?? [];
  const flows = useQuery(flowPage({ page: 1, size: 1 }));
  const from = now - hours * HOUR_MS;
  return (
    <>
      <Head
        title={longDay(new Date(now))}
        beside={<span className="muted">{ZONE}</span>}
        actions={
          <>
            <Link className="btn" to="/flows/new">
              <Icon name="plus" small />
              {t("New flow")}
            </Link>
            <Link className="btn btn--primary" to="/flows">
              <Icon name="play" small />
              {t("Run a flow")}
            </Link>
          </>
        }
      />
      {flows.data?.total === 0 ? (
        <FirstStart />
      ) : (
        <Loaded query={recent}>
          {({ results }) => {
            const shown = results.filter(({ state }) => Date.parse(state.endDate ?? "") >= from || !state.endDate);
            return (
              <>
                <Questions executions={results} now={now} />
                <div className="home">
                  <div className="home__left">
                    <section className="home__time" aria-labelledby="runs-title">
                      <div className="home__bar">
                        <h2 id="runs-title">
                          {t("Runs and schedules")}{" "}
                          <span className="muted num">
                            {plural(shown.length, { one: "{count} run", other: "{count} runs" })}
                          </span>
                        </h2>
                        <span className="seg push" role="group" aria-label={t("Hours that are shown")}>
                          {HOURS.map((one) => (
                            <button key={one} type="button" aria-pressed={one === hours} onClick={() => setHours(one)}>
                              {one} h
                            </button>
                          ))}
                        </span>
                      </div>
                      <RunsTimeline
                        executions={shown}
                        next={next}
                        from={from}
                        now={now}
                        to={now + hours * HOUR_MS * AHEAD}
                      />
                    </section>
                    {charts}
                  </div>
                  <aside className="home__side" aria-label={t("Needs attention")}>
                    <Needs executions={results} />
                    <Next triggers={next} now={now} />
                    <Edited />
                  </aside>
                </div>
              </>
            );
          }}
        </Loaded>
      )}
    </>
  );
}

function FirstStart() {
  return (
    <Empty
      icon="flows"
      title={t("Run your first flow")}
      actions={
        <>
          <Link className="btn btn--primary" to="/flows/new">
            {t("Write a flow")}
          </Link>
          <Link className="btn" to="/blueprints">
            {t("Start from a blueprint")}
          </Link>
          <Link className="btn" to="/flows">
            {t("Import flows")}
          </Link>
        </>
      }
    >
      {t(
        "A flow is a YAML text. The editor begins with one that runs as it stands; press Run there and watch it here.",
      )}
    </Empty>
  );
}
