import { expect, test } from "vitest";
import { stage } from "./stage";
import { expectWhole } from "./whole";

const { open, save, api } = await stage();

const LOG = "io.kestra.plugin.core.log.Log";
const REQUEST = "io.kestra.plugin.core.http.Request";

test("a type has an address and a title of its own, and the way back leads through what was read", async () => {
  const page = await open(`/plugins/${REQUEST}`);
  await page.getByRole("heading", { level: 1, name: "Request" }).waitFor();
  await expect.poll(() => page.title()).toBe("Request · Plugins · Tiercel");
  await page.getByRole("link", { name: "Download", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Download" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/ui/plugins/io.kestra.plugin.core.http.Download");
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Request" }).waitFor();
  await page.getByLabel("Task or trigger, or what it does").fill("writes a line");
  await page.getByRole("heading", { level: 1, name: "Plugins" }).waitFor();
  await expectWhole(page);
});

test("a type is read on a phone, with the way to all of them", async () => {
  const page = await open(`/plugins/${REQUEST}`, { width: 390, height: 844 });
  await page.getByRole("heading", { level: 1, name: "Request" }).waitFor();
  const row = page.locator(".props tbody tr").first();
  const paddings = await row.locator("td").evaluateAll((all) => all.map((one) => getComputedStyle(one).paddingLeft));
  expect(new Set(paddings)).toEqual(new Set(["0px"]));
  await page.getByRole("link", { name: "All types" }).click();
  await page.getByRole("heading", { level: 1, name: "Plugins" }).waitFor();
});

test("the address of before leads there too, and one of nothing says so", async () => {
  const page = await open(`/plugins?type=${REQUEST}`);
  await page.waitForURL(`**/ui/plugins/${REQUEST}`);
  await page.goto(page.url().replace(REQUEST, "no.such.Type"));
  await page.getByRole("alert").getByText("no.such.Type").waitFor();
});

test("a type is found where one jumps to, by the keyboard alone", async () => {
  const page = await open("/flows");
  await page.getByRole("heading", { name: "Flows" }).waitFor();
  await page.keyboard.press("Control+k");
  const dialog = page.getByRole("dialog", { name: "Jump to" });
  await dialog.getByRole("combobox").fill("http request");
  await dialog.getByRole("option", { name: `Request ${REQUEST}`, exact: true }).waitFor();
  await expect.poll(() => dialog.getByRole("option").first().innerText()).toContain(REQUEST);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/ui/plugins/${REQUEST}`);
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await dialog.getByRole("combobox").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("hover, problems and documentation of the editor lead to the type", async () => {
  await api("/me/preferences/editor.panels", {
    method: "PUT",
    body: JSON.stringify({ open: ["code", "docs"], drawer: "problems" }),
    headers: { "content-type": "application/json" },
  });
  const old = "io.kestra.plugin.core.flow.EachSequential";
  await save(`id: linked
namespace: test
tasks:
  - id: each
    type: ${old}
    value: [a]
    tasks:
      - id: say
        type: ${LOG}
        message: hello
`);
  const page = await open("/flows/edit/test/linked");
  const name = `Documentation of ${old}`;
  const link = page.locator(".problem__row").getByRole("link", { name });
  expect(await link.getAttribute("href")).toBe(`/ui/plugins/${old}`);
  await page.locator(".cm-content").getByText(LOG).click();
  const docs = page.getByRole("region", { name: `Documentation of ${LOG}` });
  const [opened] = await Promise.all([
    page.context().waitForEvent("page"),
    docs.getByRole("link", { name: `Documentation of ${LOG}` }).click(),
  ]);
  await opened.getByRole("heading", { level: 1, name: "Log" }).waitFor();
  await page.bringToFront();
  await page
    .locator(".cm-content")
    .getByText(`type: ${LOG}`)
    .hover({ position: { x: 220, y: 8 } });
  const hovered = page.locator(".cm-docs").getByRole("link", { name: "Documentation" });
  await hovered.waitFor();
  expect(await hovered.getAttribute("href")).toBe(`/ui/plugins/${LOG}`);
});

test("what only the server puts into a flow is not offered", async () => {
  const page = await open("/plugins?q=foreachitem");
  await page.getByRole("link", { name: "ForEachItem", exact: true }).waitFor();
  expect(await page.locator(".plugins__item").getByText("ForEachItem").count()).toBe(1);
});
