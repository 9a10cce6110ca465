import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { type ChartData, type ChartRow, type ChartSource, chartData, type Narrowed } from "../../api/dashboards";
import { Failure } from "../../components/Failure";
import { length } from "../../components/times";
import { t } from "../../i18n/text";
import { datasetOf, drawBars, drawSlices, kindOf, shortNumber, titleOf } from "./charts";
import { drillOf } from "./drill";
import { NamedBars } from "./NamedBars";
import { Rows } from "./Rows";
import { Slices } from "./Slices";
import { TimeBars } from "./TimeBars";

const Markdown = lazy(() => import("../../components/Markdown").then((module) => ({ default: module.Markdown })));

interface Props {
  chart: ChartSource;
  /** The dashboard it is saved on; null when it is drawn from its text. */
  dashboard: string | null;
  narrowed: Narrowed;
}

/** About as high as what comes, so that the page does not jump. */
const FIGURE_PX = 36;
const DRAWING_PX = 200;

/** One chart of a dashboard, with its title. */
export function ChartCard({ chart, dashboard, narrowed }: Props) {
  const where = dashboard ? { dashboard, chart: chart.id } : { source: JSON.stringify(chart) };
  const found = useQuery(chartData(where, narrowed));
  const isFigure = kindOf(chart) === "KPI";
  const { description, width = isFigure ? 3 : 6 } = chart.chartOptions ?? {};
  return (
    <section
      className={`dcard ${isFigure ? "dcard--figure" : ""}`}
      aria-label={titleOf(chart)}
      style={{ "--span": Math.min(12, Math.max(1, width)) } as never}
    >
      {(kindOf(chart) !== "Markdown" || chart.chartOptions) && <h2>{titleOf(chart)}</h2>}
      {description && <p className="small muted">{description}</p>}
      {found.data ? (
        <Drawing chart={chart} data={found.data} narrowed={narrowed} />
      ) : found.isError ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : (
        <div
          className="skeleton"
          role="status"
          aria-label={t("{title} is read", { title: titleOf(chart) })}
          style={{ height: isFigure ? FIGURE_PX : DRAWING_PX }}
        />
      )}
      {found.data?.isPartial && <p className="small muted">{t("Counted over the newest million rows only.")}</p>}
    </section>
  );
}

function Drawing({ chart, data, narrowed }: { chart: ChartSource; data: ChartData; narrowed: Narrowed }) {
  const whereOf = (shared: Record<string, ChartRow[string]>) => drillOf(chart, data, shared, narrowed);
  switch (kindOf(chart)) {
    case "KPI":
      return <Figure chart={chart} data={data} narrowed={narrowed} />;
    case "TimeSeries":
      return <TimeBars title={titleOf(chart)} drawn={drawBars(chart, data)} whereOf={whereOf} />;
    case "Bar":
      return <NamedBars title={titleOf(chart)} drawn={drawBars(chart, data)} whereOf={whereOf} />;
    case "Pie":
      return (
        <Slices
          title={titleOf(chart)}
          pieces={drawSlices(chart, data)}
          hasHole={chart.chartOptions?.graphStyle !== "PIE"}
          whereOf={whereOf}
        />
      );
    case "Markdown":
      return (
        <Suspense fallback={<div className="skeleton" style={{ height: 40 }} />}>
          <Markdown text={String(data.results[0]?.content ?? "")} />
        </Suspense>
      );
    default:
      return <Rows chart={chart} data={data} />;
  }
}

function Figure({ chart, data, narrowed }: { chart: ChartSource; data: ChartData; narrowed: Narrowed }) {
  const value = data.results[0]?.value;
  const where = drillOf(chart, data, {}, narrowed);
  const text = figureText(chart, typeof value === "number" ? value : null);
  if (!where) return <p className="dfigure num">{text}</p>;
  return (
    <p className="dfigure num">
      <Link
        to="/executions"
        search={{ where }}
        aria-label={t("{number} {title}, show them", { number: text, title: titleOf(chart) })}
      >
        {text}
      </Link>
    </p>
  );
}

function figureText(chart: ChartSource, value: number | null): string {
  if (value === null) return "–";
  if (chart.chartOptions?.numberType === "PERCENTAGE") return `${shortNumber(value)} %`;
  const column = chart.data?.columns as unknown as { field?: string; agg?: string } | undefined;
  const isLength = datasetOf(chart) === "Executions" && column?.field === "DURATION" && column.agg !== "COUNT";
  return isLength ? length(value * 1000) : shortNumber(value);
}
