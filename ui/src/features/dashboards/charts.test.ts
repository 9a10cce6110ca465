import { expect, test } from "vitest";
import type { ChartData, ChartSource } from "../../api/dashboards";
import { drawBars, drawSlices } from "./charts";
import { drillOf } from "./drill";

const DATA = "io.kestra.plugin.core.dashboard.data.Executions";
const chart = (part: Partial<ChartSource["data"]>, options: ChartSource["chartOptions"] = {}, kind = "TimeSeries") =>
  ({
    id: "c",
    type: `io.kestra.plugin.core.dashboard.chart.${kind}`,
    chartOptions: options,
    data: { type: DATA, ...part },
  }) as ChartSource;
const SERIES = chart(
  {
    columns: {
      date: { field: "START_DATE" },
      state: { field: "STATE" },
      n: { agg: "COUNT" },
      took: { field: "DURATION", agg: "AVG", graphStyle: "LINES" },
    },
  },
  { column: "date", colorByColumn: "state" },
);
const ROWS: ChartData = {
  startDate: "2026-01-01T00:30:00Z",
  endDate: "2026-01-01T03:00:00Z",
  bucketSeconds: 3600,
  total: 3,
  results: [
    { date: "2026-01-01T00:00:00Z", state: "SUCCESS", n: 3, took: 10 },
    { date: "2026-01-01T00:00:00Z", state: "FAILED", n: 1, took: 30 },
    { date: "2026-01-01T02:00:00Z", state: "SUCCESS", n: 2, took: null },
  ],
};

test("bars stand at every stretch of the range, in the colours of their states", () => {
  const { stacks, most, legend, lineName } = drawBars(SERIES, ROWS);
  expect(stacks.map(({ name, total }) => [name.slice(11, 13), total])).toEqual([
    ["00", 4],
    ["01", 0],
    ["02", 2],
  ]);
  expect(stacks[0]?.pieces.map(({ look, value }) => [look, value])).toEqual([
    ["success", 3],
    ["failed", 1],
  ]);
  expect(stacks[0]?.line).toBe(15); // weighed: (3 * 10 + 1 * 30) / 4
  expect([most, lineName]).toEqual([4, "took"]);
  expect(legend.map(({ name }) => name)).toEqual(["Success", "Failed"]);
});

test("named bars are sorted by what they come to when their rows are", () => {
  const columns = { ns: { field: "NAMESPACE" }, state: { field: "STATE" }, n: { agg: "COUNT" as const } };
  const bars = chart({ columns, orderBy: [{ column: "n", order: "DESC" }] }, { column: "ns" }, "Bar");
  const results = [
    { ns: "a", state: "SUCCESS", n: 5 },
    { ns: "b", state: "SUCCESS", n: 4 },
    { ns: "b", state: "FAILED", n: 3 },
  ];
  expect(drawBars(bars, { total: 3, results }).stacks.map(({ name }) => name)).toEqual(["b", "a"]);
});

test("slices are named by what they share", () => {
  const pie = chart({ columns: { ns: { field: "NAMESPACE" }, n: { agg: "COUNT" } } }, {}, "Pie");
  const slices = drawSlices(pie, {
    total: 2,
    results: [
      { ns: "a", n: 1 },
      { ns: null, n: 2 },
    ],
  });
  expect(slices.map(({ name, value }) => [name, value])).toEqual([
    ["a", 1],
    ["none", 2],
  ]);
});

test("a piece leads to the list of just its executions", () => {
  const where = [{ type: "IN", field: "FLOW_ID", values: ["a", "b"] }];
  const narrowed = { namespace: "team" };
  const one = drillOf(
    chart({ ...SERIES.data, where }),
    ROWS,
    { date: "2026-01-01T00:00:00Z", state: "FAILED" },
    narrowed,
  );
  expect(one).toEqual([
    "startDate[GREATER_THAN_OR_EQUAL_TO]=2026-01-01T00:30:00Z", // the range begins within the stretch
    "startDate[LESS_THAN]=2026-01-01T01:00:00.000Z",
    "kind[EQUALS]=NORMAL",
    "namespace[PREFIX]=team",
    "flowId[IN]=a,b",
    "state[EQUALS]=FAILED",
  ]);
});

test.each<[string, ChartSource, Record<string, string | null>]>([
  ["no list has its conditions", chart({ ...SERIES.data, where: [{ type: "OR", values: [] }] }), {}],
  [
    "it adds up and counts nothing",
    chart({ columns: { s: { field: "STATE" }, n: { agg: "SUM", field: "DURATION" } } }),
    {},
  ],
  ["its rows have no value", SERIES, { state: null }],
  ["it counts ends, which may be missing", chart({ columns: { n: { agg: "COUNT", field: "END_DATE" } } }), {}],
  [
    "it is a share",
    chart({ type: `${DATA}KPI`, columns: { agg: "COUNT" } as never }, { numberType: "PERCENTAGE" }),
    {},
  ],
  ["it is about something else", chart({ type: DATA.replace("Executions", "Logs") }), {}],
])("a piece leads nowhere when %s", (_, source, shared) => {
  expect(drillOf(source, ROWS, shared, {})).toBeNull();
});
