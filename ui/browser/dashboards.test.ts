import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { stage } from "./stage";
import { expectWhole } from "./whole";

const { open, save, api, origin, complaints } = await stage();
const YAML = { "content-type": "application/x-yaml" };
const KINDS = "io.kestra.plugin.core.dashboard";

const flow = (id: string, namespace: string, type: string): string => `id: ${id}
namespace: ${namespace}
tasks:
  - {id: only, type: ${type}, ${type.endsWith("Log") ? "message: hi" : "errorMessage: no"}}
`;
const SOURCE = (id: string): string => `id: ${id}   # its name
title: Runs of ${id}
timeWindow: {default: P7D}
charts:
  - id: failed
    type: ${KINDS}.chart.KPI
    chartOptions: {displayName: Failed, width: 4}
    data:
      type: ${KINDS}.data.ExecutionsKPI
      columns: {field: ID, agg: COUNT}
      where: [{type: PREFIX, field: NAMESPACE, value: boards}, {type: EQUAL_TO, field: STATE, value: FAILED}]
  - id: spaces
    type: ${KINDS}.chart.Bar
    chartOptions: {displayName: By namespace, column: space}
    data:
      type: ${KINDS}.data.Executions
      columns: {space: {field: NAMESPACE}, state: {field: STATE}, total: {agg: COUNT}}
      where: [{type: PREFIX, field: NAMESPACE, value: boards}]
  - id: times
    type: ${KINDS}.chart.TimeSeries
    chartOptions: {displayName: Over time, column: date, colorByColumn: state, width: 12}
    data:
      type: ${KINDS}.data.Executions
      columns: {date: {field: START_DATE}, state: {field: STATE}, total: {agg: COUNT}}
      where: [{type: PREFIX, field: NAMESPACE, value: boards}]
  - id: lines
    type: ${KINDS}.chart.Table
    chartOptions: {displayName: Last lines}
    data:
      type: ${KINDS}.data.Logs
      columns: {text: {field: MESSAGE, displayName: Text}, at: {field: DATE, displayName: At}}
  - id: states
    type: ${KINDS}.chart.Pie
    chartOptions: {displayName: States}
    data:
      type: ${KINDS}.data.Executions
      columns: {state: {field: STATE}, total: {agg: COUNT}}
      where: [{type: PREFIX, field: NAMESPACE, value: boards}]
  - id: notes
    type: ${KINDS}.chart.Markdown
    source: {type: Text, content: "**Bold** <script>document.title = 'run'</script>"}
`;

beforeAll(async () => {
  const log = "io.kestra.plugin.core.log.Log";
  const runs: [string, string, string, number][] = [
    ["good", "boards", log, 3],
    ["bad", "boards", "io.kestra.plugin.core.execution.Fail", 2],
    ["inner", "boards.inner", log, 4],
  ];
  for (const [id, namespace, type, count] of runs) {
    await save(flow(id, namespace, type));
    for (let run = 0; run < count; run++) {
      await api(`/executions/${namespace}/${id}?wait=true`, { method: "POST" });
    }
  }
  for (const id of ["viewed", "edited", "contested"]) {
    await api("/dashboards", { method: "POST", body: SOURCE(id), headers: YAML });
  }
});

/** How many executions the list says it shows. */
async function listed(page: Page): Promise<number> {
  await page.waitForURL(/\/executions\?/);
  await page.getByRole("heading", { level: 1, name: "Executions" }).waitFor();
  const count = page.locator(".head__title .num");
  await count.waitFor();
  return Number.parseInt((await count.innerText()).replaceAll(",", ""), 10);
}

const card = (page: Page, title: string) => page.locator(".dcard", { has: page.getByRole("heading", { name: title }) });

test("35: a dashboard being edited shows its charts anew, and a bar leads to as many executions as it says", async () => {
  const page = await open("/dashboards/edited/edit");
  await card(page, "Failed").getByText("2", { exact: true }).waitFor();
  await page.getByText("No problems").waitFor();
  const text = page.locator(".cm-content");
  await page.locator(".cm-line", { hasText: "field: STATE, value: FAILED" }).click();
  await page.keyboard.press("End");
  for (const _ of "FAILED}]") await page.keyboard.press("Backspace");
  await page.keyboard.type("SUCCESS}]");
  await card(page, "Failed").getByText("7", { exact: true }).waitFor(); // drawn before it is saved
  expect((await api<{ sourceCode: string }>("/dashboards/edited")).sourceCode).toBe(SOURCE("edited"));
  await page.locator(".cm-line", { hasText: "title: Runs" }).click();
  await page.keyboard.press("Home");
  await page.keyboard.type("x");
  await page.getByRole("button", { name: /Unrecognized field "xtitle".*Did you mean title\?.*2:1/s }).waitFor();
  expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
  await page.keyboard.press("Backspace");
  await page.getByText("No problems").waitFor();
  await text.press("Control+s");
  await page.getByText("Saved as revision 2").waitFor();
  const { sourceCode } = await api<{ sourceCode: string }>("/dashboards/edited");
  expect(sourceCode).toBe(SOURCE("edited").replace("value: FAILED", "value: SUCCESS"));

  const bar = card(page, "By namespace").locator('a[aria-label="3 Success of boards"]');
  await bar.focus();
  await page.keyboard.press("Enter");
  expect(await listed(page)).toBe(3);
  expect(await page.locator("tbody tr").count()).toBe(3);
});

test.each([
  ["By namespace", 'a[aria-label="4 Success of boards.inner"]', 4],
  ["By namespace", 'a[aria-label="5 boards"]', 5],
  ["Over time", 'a[aria-label^="2 Failed"]', 2],
  ["States", 'ul a[aria-label="7 Success"]', 7],
  ["Failed", 'a[aria-label^="2 Failed"]', 2],
] as const)("35: %s leads by %s to its executions", async (title, piece, count) => {
  const page = await open("/dashboards/viewed");
  await card(page, title).locator(piece).first().click();
  expect(await listed(page)).toBe(count);
});

test("35: range and namespace stand in the address and narrow all charts", async () => {
  const page = await open("/dashboards/viewed?namespace=boards.inner");
  await card(page, "States").getByText("4", { exact: true }).waitFor();
  expect(await card(page, "Failed").locator(".dfigure").innerText()).toBe("0");
  await page.getByLabel("Time", { exact: true }).selectOption("PT1H");
  await page.waitForURL(/range=PT1H/);
  await page.getByLabel("Namespace", { exact: true }).selectOption("boards");
  await page.waitForURL(/namespace=boards/);
  await card(page, "States").getByText("7", { exact: true }).waitFor();
  await page.reload();
  expect(await page.getByLabel("Time", { exact: true }).inputValue()).toBe("PT1H");
  await card(page, "States").locator("svg a").first().press("Enter");
  expect(await listed(page)).toBeGreaterThan(0);
});

test("35: the dashboard of a flow counts its runs, and its failures lead to their executions", async () => {
  const page = await open("/dashboards/default_flow?flow=bad");
  await card(page, "Failed").locator(".dfigure").getByText("2", { exact: true }).waitFor();
  await card(page, "Failures").locator("tbody a").first().click();
  await page.waitForURL(/\/executions\/boards\/bad\//);
  await page.goBack();
  await page.getByRole("button", { name: "Remove the flow filter" }).click();
  await page.waitForURL((url) => !url.search.includes("flow="));
});

test("35: markdown is text and never runs", async () => {
  const page = await open("/dashboards/viewed");
  await page.locator(".prose strong", { hasText: "Bold" }).waitFor();
  expect(await page.locator(".prose script").count()).toBe(0);
  expect(await page.title()).not.toBe("run");
});

test("35: another's save between is told, and both texts are brought together", async () => {
  const page = await open("/dashboards/contested/edit");
  await page.getByText("No problems").waitFor();
  const theirs = `${SOURCE("contested")}# theirs\n`;
  await api("/dashboards/contested", { method: "PUT", body: theirs, headers: YAML });
  await page.locator(".cm-line", { hasText: "# its name" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" and mine");
  await page.getByText("Revision 2 was saved elsewhere now.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Revision 2 was saved while you wrote").waitFor();
  await dialog.getByText("Both changes fit together.").waitFor();
  await dialog.getByRole("button", { name: "Take the merged text" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved as revision 3").waitFor();
  const { sourceCode } = await api<{ sourceCode: string }>("/dashboards/contested");
  expect(sourceCode).toBe(theirs.replace("# its name", "# its name and mine"));
});

test("19: a dashboard that was not saved is offered again", async () => {
  const page = await open("/dashboards/viewed/edit");
  await page.getByText("No problems").waitFor();
  await page.locator(".cm-line", { hasText: "# its name" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" and a draft");
  await page.waitForFunction(() => localStorage.getItem("tiercel.draft.dashboard/viewed")?.includes("and a draft"));
  page.on("dialog", (asked) => void asked.accept());
  await page.reload();
  await page.getByRole("button", { name: "Take it up again" }).click();
  await page.locator(".cm-content").getByText("and a draft").waitFor();
  expect((await api<{ sourceCode: string }>("/dashboards/viewed")).sourceCode).toBe(SOURCE("viewed"));
});

test("35: a new dashboard is made from a first text or from a built-in one, listed and removed", async () => {
  const page = await open("/dashboards");
  await page.getByRole("link", { name: "Overview" }).first().click();
  await page.getByRole("link", { name: "Copy to change" }).click();
  await card(page, "Success ratio").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/dashboards\/my_dashboard\/edit/);
  await page.goto(`${origin}/ui/dashboards?q=my_dash`);
  await page.getByRole("button", { name: "Delete Overview" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("No saved dashboard matches this filter.").waitFor();
  await page.getByRole("link", { name: "New dashboard" }).click();
  await page.locator(".cm-content").getByText("my_dashboard").waitFor();
  await page.getByText("No problems").waitFor();
});

test.each([
  "/dashboards",
  "/dashboards/viewed",
  "/dashboards/default_home",
  "/dashboards/viewed/edit",
  "/dashboards/new",
])("37, 39: %s is whole in both themes and on a phone", async (path) => {
  complaints.length = 0;
  const page = await open(path, { isShared: true });
  await expectWhole(page);
  expect(complaints).toEqual([]);
});
