import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { executionMetrics, type Metric } from "../../api/metrics";
import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { clockMillis, length } from "../../components/times";
import { number, t } from "../../i18n/text";

interface Props {
  executionId: string;
  isLive: boolean;
  onTaskRun: (id: string) => void;
}

type Key = "taskId" | "name" | "type" | "value" | "timestamp";

const COLUMNS: [Key, string, number | string | undefined][] = [
  ["taskId", t("Task"), "24%"],
  ["name", t("Metric"), "24%"],
  ["type", t("Kind"), 96],
  ["value", t("Value"), 140],
  ["timestamp", t("At"), 120],
];

/** The figures that tasks left, one row each. */
export function MetricsTab({ executionId, isLive, onTaskRun }: Props) {
  const found = useQuery(executionMetrics(executionId, isLive));
  const [sort, setSort] = useState<{ key: Key; isDown: boolean }>({ key: "timestamp", isDown: false });
  return (
    <Loaded query={found}>
      {({ results, total }) =>
        results.length === 0 ? (
          <Empty icon="dashboards" title={t("No task left a figure")}>
            {t("A task may count rows or bytes, or measure how long something took. What it tells stands here.")}
          </Empty>
        ) : (
          <>
            <table className="table table--cards">
              <caption className="sr">{t("Metrics")}</caption>
              <colgroup>
                {COLUMNS.map(([key, , width]) => (
                  <col key={key} style={{ width }} />
                ))}
                <col />
              </colgroup>
              <thead>
                <tr>
                  {COLUMNS.map(([key, name]) => {
                    const isOn = sort.key === key;
                    return (
                      <th
                        key={key}
                        scope="col"
                        className={key === "value" ? "n" : undefined}
                        aria-sort={isOn ? (sort.isDown ? "descending" : "ascending") : undefined}
                      >
                        <button type="button" onClick={() => setSort({ key, isDown: isOn && !sort.isDown })}>
                          {name}
                          {isOn && <Icon name={sort.isDown ? "down" : "up"} small />}
                        </button>
                      </th>
                    );
                  })}
                  <th scope="col">{t("Tags")}</th>
                </tr>
              </thead>
              <tbody>
                {sorted(results, sort).map((metric, index) => (
                  <tr key={index}>
                    <td>
                      <button className="link mono-s" type="button" onClick={() => onTaskRun(metric.taskRunId)}>
                        {metric.taskId}
                      </button>
                    </td>
                    <td className="mono-s">{metric.name}</td>
                    <td className="muted hide-s">{metric.type}</td>
                    <td className="n num">{shownValue(metric)}</td>
                    <td className="num muted hide-s">{clockMillis(new Date(metric.timestamp))}</td>
                    <td className="hide-s mono-s muted cut">{tagsOf(metric)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {total > results.length && (
              <p className="small muted page-state">
                {t("The first {shown} of {count} are shown.", { shown: results.length, count: total })}
              </p>
            )}
          </>
        )
      }
    </Loaded>
  );
}

function sorted(metrics: readonly Metric[], { key, isDown }: { key: Key; isDown: boolean }): Metric[] {
  const sign = isDown ? -1 : 1;
  return metrics.toSorted((one, other) => {
    const order = key === "value" ? one.value - other.value : one[key].localeCompare(other[key]);
    return order * sign;
  });
}

/** Timers are measured in seconds. */
function shownValue({ type, value }: Metric): string {
  return type === "timer" ? length(value * 1_000) : number(value);
}

function tagsOf({ tags }: Metric): string {
  return Object.entries(tags ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
}
