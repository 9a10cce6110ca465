import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Planned, plannedRuns } from "../../api/triggers";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { namedDay, ZONE } from "../../components/times";
import { dayStart } from "../../components/wallClock";
import { t } from "../../i18n/text";
import { Calendar, DAYS } from "./Calendar";

/** A week of what schedules will start, by day and hour. */
export function PlannedRuns({ namespace }: { namespace: string }) {
  const [week, setWeek] = useState(0);
  const [now] = useState(() => new Date());
  const first = useMemo(() => dayStart(now, week * DAYS), [now, week]);
  const from = week === 0 ? now : first;
  const to = dayStart(now, (week + 1) * DAYS);
  const found = useQuery(plannedRuns({ from: from.toISOString(), to: to.toISOString(), namespace }));
  const total = found.data && totalWords(found.data, from);
  return (
    <section className="planned" aria-labelledby="planned">
      <div className="row">
        <h2 id="planned">{t("Planned runs")}</h2>
        {total && <span className="muted small num">{total}</span>}
        <span className="btns push">
          <button
            className="btn btn--s btn--icon"
            type="button"
            aria-label={t("The week before")}
            disabled={week === 0}
            onClick={() => setWeek(week - 1)}
          >
            <Icon name="left" small />
          </button>
          <button className="btn btn--s" type="button" disabled={week === 0} onClick={() => setWeek(0)}>
            {t("Today")}
          </button>
          <button
            className="btn btn--s btn--icon"
            type="button"
            aria-label={t("The week after")}
            onClick={() => setWeek(week + 1)}
          >
            <Icon name="right" small />
          </button>
        </span>
      </div>
      {found.isError && <Failure error={found.error} />}
      {found.data && <Calendar key={week} planned={found.data} first={first} />}
    </section>
  );
}

function totalWords({ total, complete }: Planned, from: Date): string {
  const given = { count: total, day: namedDay(from), zone: ZONE };
  return complete ? t("{count} from {day} on, {zone}", given) : t("{count} or more from {day} on, {zone}", given);
}
