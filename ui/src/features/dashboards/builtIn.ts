import type { ChartSource, Dashboard } from "../../api/dashboards";
import { t } from "../../i18n/text";

/** What the built-in dashboards call things, in the language of the page: the server has them in English. */
const WORDS: Readonly<Record<string, string>> = {
  "How one flow does.": t("How one flow does."),
  "How the flows of a namespace do.": t("How the flows of a namespace do."),
  "How the installation does.": t("How the installation does."),
  "Paused or queued": t("Paused or queued"),
  "Share of the executions that ended well": t("Share of the executions that ended well"),
  Duration: t("Duration"),
  Execution: t("Execution"),
  Executions: t("Executions"),
  "Executions by flow": t("Executions by flow"),
  "Executions by namespace": t("Executions by namespace"),
  "Executions over time": t("Executions over time"),
  Failed: t("Failed"),
  Failures: t("Failures"),
  Flow: t("Flow"),
  "In progress": t("In progress"),
  Lines: t("Lines"),
  "Mean duration": t("Mean duration"),
  Namespace: t("Namespace"),
  Next: t("Next##start"),
  "Next scheduled": t("Next scheduled"),
  Started: t("Started"),
  State: t("State"),
  States: t("States"),
  "Success ratio": t("Success ratio"),
  Trigger: t("Trigger"),
  Waiting: t("Waiting"),
  "Warnings and errors in logs": t("Warnings and errors in logs"),
  "Flow overview": t("Flow overview"),
  "Namespace overview": t("Namespace overview"),
  Overview: t("Overview"),
};

/** A dashboard as it is read: what somebody wrote stays as it was written. */
export function spoken(dashboard: Dashboard): Dashboard {
  if (!dashboard.builtIn) return dashboard;
  return { ...inWords(dashboard, "title", "description"), charts: dashboard.charts.map(spokenChart) };
}

function spokenChart(chart: ChartSource): ChartSource {
  const columns = Object.entries(chart.data?.columns ?? {}).map(([name, column]) => [
    name,
    column && typeof column === "object" ? inWords(column, "displayName") : column,
  ]);
  return {
    ...chart,
    ...(chart.chartOptions && { chartOptions: inWords(chart.chartOptions, "displayName", "description") }),
    ...(chart.data && { data: { ...chart.data, columns: Object.fromEntries(columns) } }),
  };
}

function inWords<Shape extends object>(shape: Shape, ...names: (keyof Shape)[]): Shape {
  const said = names.filter((name) => name in shape).map((name) => [name, wordOf(shape[name])]);
  return { ...shape, ...Object.fromEntries(said) };
}

export function wordOf(text: unknown): unknown {
  return (typeof text === "string" && WORDS[text]) || text;
}
