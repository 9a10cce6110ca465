import { t } from "../../i18n/text";
/** What a new dashboard begins with: it validates, and each chart shows something once anything ran. */
export const FIRST_DASHBOARD = `id: my_dashboard
title: ${t("My dashboard")}
timeWindow:
  default: P7D
charts:
  - id: failed
    type: io.kestra.plugin.core.dashboard.chart.KPI
    chartOptions:
      displayName: ${t("Failed")}
      width: 4
    data:
      type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
      columns:
        field: ID
        agg: COUNT
      where:
        - type: EQUAL_TO
          field: STATE
          value: FAILED

  - id: over_time
    type: io.kestra.plugin.core.dashboard.chart.TimeSeries
    chartOptions:
      displayName: ${t("Executions over time")}
      column: date
      colorByColumn: state
      width: 8
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        date:
          field: START_DATE
        state:
          field: STATE
        total:
          agg: COUNT
          displayName: ${t("Executions")}
`;

/** The source of a dashboard under another id: those of the product are taken. */
export function copyOf(source: string): string {
  return source.replace(/^id:.*$/m, "id: my_dashboard");
}
