import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type Planned, plannedRuns } from "../../api/triggers";
import { Failure } from "../../components/Failure";
import { Icon } from "../../components/Icon";
import { namedDay, ZONE } from "../../components/times";
import { dayStart, wallOf } from "../../components/wallClock";
import { t } from "../../i18n/text";

const DAYS = 7;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** A week of what schedules will start, by day and hour. */
export function PlannedRuns({ namespace }: { namespace: string }) {
  const [week, setWeek] = useState(0);
  const [now] = useState(() => new Date());
  const first = dayStart(now, week * DAYS);
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
      {found.data && <Calendar planned={found.data} first={first} />}
    </section>
  );
}

function totalWords({ total, complete }: Planned, from: Date): string {
  const given = { count: total, day: namedDay(from), zone: ZONE };
  return complete ? t("{count} from {day} on, {zone}", given) : t("{count} or more from {day} on, {zone}", given);
}

function Calendar({ planned, first }: { planned: Planned; first: Date }) {
  const counts = useMemo(() => cellsOf(planned), [planned]);
  const most = Math.max(1, ...[...counts.values()].map(({ count }) => count));
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t("Calendar of planned runs")}>
      <table className="calendar num">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr">{t("Day")}</span>
            </th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour % 6 === 0 ? String(hour).padStart(2, "0") : <span className="sr">{hour}</span>}
              </th>
            ))}
            <th scope="col">{t("runs")}</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: DAYS }, (_, index) => dayStart(first, index)).map((date) => {
            const cells = HOURS.map((hour) => counts.get(hourKey(date, hour)));
            return (
              <tr key={date.toISOString()}>
                <th scope="row">{namedDay(date)}</th>
                {cells.map((cell, hour) => (
                  <td key={hour} style={{ "--share": cell ? cell.count / most : 0 }} title={cell?.flows.join(", ")}>
                    {cell?.count}
                  </td>
                ))}
                <td className="calendar__sum">{cells.reduce((sum, cell) => sum + (cell?.count ?? 0), 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The hours of the reader's zone, which need not begin where those of the server do. */
function cellsOf({ hours }: Planned): Map<string, { count: number; flows: string[] }> {
  const found = new Map<string, { count: number; flows: string[] }>();
  for (const { at, count, flows } of hours) {
    const date = new Date(at);
    const key = hourKey(date, wallOf(date).hour);
    const known = found.get(key);
    found.set(key, { count: (known?.count ?? 0) + count, flows: [...(known?.flows ?? []), ...flows] });
  }
  return found;
}

function hourKey(date: Date, hour: number): string {
  const { year, month, day } = wallOf(date);
  return [year, month, day, hour].join(" ");
}
