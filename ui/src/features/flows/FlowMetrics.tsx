import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { AGGREGATIONS, type Aggregation, metricNames, metricSeries, metricTasks } from "../../api/metrics";
import { moment, utcDay } from "../../components/times";
import { number, plural, t } from "../../i18n/text";

const AGGREGATION_WORDS: Record<Aggregation, string> = {
  sum: t("Sum"),
  avg: t("Mean"),
  min: t("Minimum"),
  max: t("Maximum"),
};
const DAYS = [1, 7, 30, 90];

/** The figures that the tasks of a flow left, over time; nothing where none leaves any. */
export function FlowMetrics({ namespace, id }: { namespace: string; id: string }) {
  const [task, setTask] = useState("");
  const [chosen, setChosen] = useState("");
  const [aggregation, setAggregation] = useState<Aggregation>("sum");
  const [days, setDays] = useState(30);
  const tasks = useQuery(metricTasks(namespace, id)).data ?? [];
  const names = useQuery(metricNames(namespace, id, task)).data ?? [];
  const name = names.includes(chosen) ? chosen : (names[0] ?? "");
  const series = useQuery(metricSeries(namespace, id, { name, task, aggregation, days }));
  if (tasks.length === 0) return null;
  return (
    <section className="dplace" aria-label={t("Metrics")}>
      <div className="tools tools--tab">
        <h2>{t("Metrics")}</h2>
        <select
          className="select narrow push"
          aria-label={t("Task")}
          value={task}
          onChange={(event) => setTask(event.target.value)}
        >
          <option value="">{t("All tasks")}</option>
          {tasks.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <select
          className="select narrow"
          aria-label={t("Metric")}
          value={name}
          onChange={(event) => setChosen(event.target.value)}
        >
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <select
          className="select narrow"
          aria-label={t("Taken together by")}
          value={aggregation}
          onChange={(event) => setAggregation(event.target.value as Aggregation)}
        >
          {AGGREGATIONS.map((one) => (
            <option key={one} value={one}>
              {AGGREGATION_WORDS[one]}
            </option>
          ))}
        </select>
        <select
          className="select narrow"
          aria-label={t("Time")}
          value={days}
          onChange={(event) => setDays(Number(event.target.value))}
        >
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {plural(one, { one: "Last {count} day", other: "Last {count} days" })}
            </option>
          ))}
        </select>
      </div>
      {series.data && <Bars name={name} isByDay={days > 7} stretches={series.data.aggregations} />}
    </section>
  );
}

interface BarsProps {
  name: string;
  isByDay: boolean;
  stretches: readonly { date: string; value?: number }[];
}

function Bars({ name, isByDay, stretches }: BarsProps) {
  const most = Math.max(0, ...stretches.map(({ value = 0 }) => value));
  const timeOf = (date: string): string => (isByDay ? utcDay(new Date(date)) : moment(date));
  const marks = [stretches[0], stretches[Math.floor(stretches.length / 2)], stretches.at(-1)];
  const known = stretches.filter(({ value }) => value !== undefined);
  return (
    <div className="dchart metricbars">
      <p className="small muted num">
        {known.length === 0 ? t("nothing in this range") : t("{name}, up to {number}", { name, number: number(most) })}
      </p>
      <ul className="hist__bars" aria-label={t("{title}, over time", { title: name })}>
        {stretches.map(({ date, value }) => {
          const text = value === undefined ? "" : `${timeOf(date)}: ${number(value)}`;
          return (
            <li key={date} title={text || undefined}>
              {value !== undefined && <span className="sr">{text}</span>}
              {value !== undefined && (
                <b className="running" style={{ "--h": `${most > 0 ? (Math.max(0, value) / most) * 100 : 0}%` }} />
              )}
            </li>
          );
        })}
      </ul>
      <div className="hist__axis small muted num" aria-hidden>
        {marks.map((mark, index) => (
          <span key={index}>{mark && timeOf(mark.date)}</span>
        ))}
      </div>
    </div>
  );
}
