import type { ChartSource, Narrowed } from "../../api/dashboards";
import { Empty } from "../../components/Empty";
import { t } from "../../i18n/text";
import { ChartCard } from "./ChartCard";

interface Props {
  charts: readonly ChartSource[];
  dashboard: string | null;
  narrowed: Narrowed;
}

/** The charts of a dashboard, in twelfths of the page. */
export function Grid({ charts, dashboard, narrowed }: Props) {
  if (charts.length === 0) {
    return (
      <Empty icon="dashboards" title={t("No charts yet")}>
        {t("A dashboard is a list of charts in YAML; each says what it counts.")}
      </Empty>
    );
  }
  return (
    <div className="dgrid">
      {charts.map((chart) => (
        <ChartCard key={chart.id} chart={chart} dashboard={dashboard} narrowed={narrowed} />
      ))}
    </div>
  );
}
