import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./stage";

const { open, save, source, api, origin } = await stage();
const JSON_BODY = { "content-type": "application/json" };

const NESTED = (id: string): string => `id: ${id}
namespace: test
inputs:
  - id: day
    type: DATE
    defaults: "2026-11-24"
tasks:
  # asks for the page
  - id: fetch
    type: io.kestra.plugin.core.http.Request
    uri: http://localhost/
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [a, b]
    tasks:
      # once for each
      - id: inner
        type: io.kestra.plugin.core.debug.Return
        format: "{{ taskrun.value }}"
  - id: last
    type: io.kestra.plugin.core.log.Log
    message: "{{ inputs.day }}"   # said last
`;

async function edit(id: string, panels: string[] = ["code", "blocks"]): Promise<Page> {
  await save(NESTED(id));
  await keepPanels(panels);
  const page = await open(`/flows/edit/test/${id}`);
  await page.locator(".cm-content").getByText("- id: last").waitFor();
  if (panels.includes("blocks")) await block(page, "last").waitFor();
  return page;
}

async function keepPanels(panels: string[]): Promise<void> {
  const body = JSON.stringify({ open: panels, drawer: "problems" });
  await api("/me/preferences/editor.panels", { method: "PUT", body, headers: JSON_BODY });
}

const block = (page: Page, id: string) => page.locator(`[data-task="${id}"]`);
const card = (page: Page, id: string) =>
  page
    .locator(".block")
    .filter({ has: block(page, id) })
    .last();

async function saved(page: Page, id: string): Promise<string> {
  await page.keyboard.press("Control+s");
  await page.getByText("not saved").waitFor({ state: "detached" });
  return source(id);
}

/** Types at the end of the line that holds a text. */
async function typeAfter(page: Page, text: string, keys: string): Promise<void> {
  await page.locator(".cm-content").getByText(text).first().click();
  await page.keyboard.press("End");
  if (keys.startsWith("\n- ")) {
    // A new line begins where the one above does; a new task two columns further left.
    await page.keyboard.press("Enter");
    await page.keyboard.press("Backspace");
    return page.keyboard.type(keys.slice(1), { delay: 20 });
  }
  await page.keyboard.type(keys, { delay: 20 });
}

/** What completion offers, once it offers something that fits. */
async function offered(page: Page, wanted: string): Promise<string[]> {
  const options = page.locator(".cm-tooltip-autocomplete .cm-completionLabel");
  await options.getByText(wanted, { exact: true }).first().waitFor();
  await page.waitForTimeout(120); // a list that has only just come takes no key yet, lest it take one meant for the text
  return options.allTextContents();
}

async function drag(page: Page, id: string, to: string, where: "above" | "below"): Promise<void> {
  const from = card(page, id).locator(".block__drag").first();
  const target = block(page, to);
  const { height } = (await target.boundingBox()) ?? { height: 40 };
  await from.dragTo(target, { targetPosition: { x: 40, y: where === "above" ? 2 : height - 2 } });
}

test("10: a block dragged to another place moves its lines and its comments, and nothing else", async () => {
  const page = await edit("dragged");
  await drag(page, "last", "fetch", "above");
  await page.locator(".blocks > ul > li:first-child [data-task=last]").waitFor();
  const text = await saved(page, "dragged");
  expect(text.split("\n").sort()).toEqual(NESTED("dragged").split("\n").sort());
  expect(text.indexOf("id: last")).toBeLessThan(text.indexOf("# asks for the page"));
  expect(text).toContain('"{{ inputs.day }}"   # said last');
});

test("10: a block dragged into another one is put into its list, comments included", async () => {
  const page = await edit("inwards");
  await drag(page, "fetch", "inner", "above");
  await card(page, "each").locator("[data-task=fetch]").waitFor();
  const text = await saved(page, "inwards");
  expect(text).toContain("      # asks for the page\n      - id: fetch\n");
  expect(text.indexOf("id: fetch")).toBeGreaterThan(text.indexOf("id: each"));
  expect(text.indexOf("id: fetch")).toBeLessThan(text.indexOf("id: inner"));
});

test("10: a block is moved, wrapped, left out, doubled and removed by keys and buttons, and each is undone", async () => {
  const page = await edit("acts");
  const before = await page.locator(".cm-content").innerText();
  await block(page, "last").focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.locator(".bl__part ul.blocks > li:nth-child(2) > .block > .block__h [data-task=last]").waitFor();
  await block(page, "last").click();
  await page.getByLabel("Put last into").selectOption("In parallel");
  await card(page, "parallel").locator("[data-task=last]").waitFor();
  await block(page, "inner").click();
  await page.getByRole("button", { name: "Leave out" }).click();
  await page.getByRole("button", { name: "inner, core.debug.Return, left out" }).waitFor();
  await block(page, "fetch").click();
  await page.getByRole("button", { name: "Duplicate", exact: true }).first().click();
  await block(page, "fetch_2").waitFor();
  await block(page, "fetch_2").click();
  await card(page, "fetch_2").getByRole("button", { name: "Remove" }).click();
  await block(page, "fetch_2").waitFor({ state: "detached" });
  const text = await saved(page, "acts");
  expect(text).toContain("      - id: last\n        type: io.kestra.plugin.core.log.Log\n");
  expect(text).toContain("# said last");
  expect(text).toContain("        disabled: true\n");
  for (let times = 0; times < 5; times++) await page.getByRole("button", { name: "Undo" }).click();
  expect(await page.locator(".cm-content").innerText()).toBe(before);
});

test("panels stay as they were left, side by side", async () => {
  const page = await edit("panels", ["code"]);
  const switches = page.getByRole("group", { name: "Panels", exact: true });
  await switches.getByRole("button", { name: "Blocks" }).click();
  await switches.getByRole("button", { name: "Docs" }).click();
  await page.getByRole("region", { name: "Documentation" }).waitFor();
  await page.reload();
  await page.getByRole("region", { name: "Blocks" }).waitFor();
  await page.getByRole("region", { name: "Documentation" }).waitFor();
  expect(await page.getByRole("region", { name: "Code" }).isVisible()).toBe(true);
  expect(await page.getByRole("region", { name: "Graph" }).count()).toBe(0);
});

test("21: completion offers types, properties and their values", async () => {
  const page = await edit("complete", ["code"]);
  await typeAfter(page, "# said last", "\n- id: new\ntype: Sleep");
  await offered(page, "io.kestra.plugin.core.flow.Sleep");
  await page.keyboard.press("Enter");
  await page.keyboard.type("\nlogL", { delay: 20 });
  await offered(page, "logLevel");
  await page.keyboard.press("Enter");
  await page.keyboard.type("W", { delay: 20 });
  expect(await offered(page, "WARN")).toContain("WARN");
  await page.keyboard.press("Enter");
  await page.keyboard.type("\ndurat", { delay: 20 });
  await offered(page, "duration");
  await page.keyboard.press("Enter");
  await page.keyboard.type("PT0.1S", { delay: 20 });
  expect(await saved(page, "complete")).toContain(
    "  - id: new\n    type: io.kestra.plugin.core.flow.Sleep\n    logLevel: WARN\n    duration: PT0.1S\n",
  );
});

test("21: completion offers inputs and their types, outputs of earlier tasks, keys and flows", async () => {
  await api("/namespaces/test/kv/greeting", { method: "PUT", body: '"hello"', headers: JSON_BODY }).catch(() => null);
  const page = await edit("names", ["code"]);
  await typeAfter(page, 'defaults: "2026-11-24"', "\n- id: mode\ntype: SEL");
  await offered(page, "SELECT");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("ArrowRight");
  const ask = async (written: string, wanted: string): Promise<string[]> => {
    await typeAfter(page, "message:", "");
    await page.keyboard.press("Shift+Home");
    await page.keyboard.type(`message: "{{ ${written}`, { delay: 15 });
    const found = await offered(page, wanted);
    await page.keyboard.press("Escape");
    return found;
  };
  expect(await ask("inputs.", "day")).toContain("day");
  expect(await ask("outputs.", "fetch")).toEqual(expect.arrayContaining(["each", "fetch", "inner"]));
  expect(await ask("outputs.fetch.", "body")).toEqual(expect.arrayContaining(["body", "code", "headers"]));
  expect(await ask("outputs.inner.", "value")).toContain("value");
  expect(await ask("kv('", "greeting")).toContain("greeting");
  expect(await ask("inputs.day | dat", "date")).toContain("date");
  await ask("fromJ", "fromJson");
  const detail = page.locator(".cm-tooltip-autocomplete .cm-completionDetail");
  await page.keyboard.press("Control+Space");
  expect(await detail.first().textContent()).toBe("(json)");
});

test("21: completion offers the flows of the namespace of a subflow", async () => {
  await save(NESTED("callee"));
  const page = await edit("caller", ["code"]);
  await typeAfter(page, "# said last", "\n- id: call\ntype: io.kestra.plugin.core.flow.Subflow");
  await page.keyboard.press("Escape");
  await page.keyboard.type("\nnamespace: test", { delay: 15 });
  await page.keyboard.press("Escape");
  await page.keyboard.type("\nflowId: cal", { delay: 15 });
  expect(await offered(page, "callee")).toContain("callee");
});

test("21: the pointer on a property or a type tells what it is", async () => {
  const page = await edit("hover", ["code"]);
  const line = (text: string) => page.locator(".cm-line").filter({ hasText: text });
  await line("type: io.kestra.plugin.core.log.Log").hover({ position: { x: 180, y: 8 } });
  await page.locator(".cm-docs").getByText("io.kestra.plugin.core.log.Log").waitFor();
  await line("namespace: test").hover({ position: { x: 30, y: 8 } });
  await page.locator(".cm-docs").getByText("Where the flow belongs").waitFor();
});

test("17: a problem is mended from the list in one step", async () => {
  const page = await edit("mend", ["code"]);
  await page.getByText("io.kestra.plugin.core.debug.Return").first().click();
  await page.keyboard.press("End");
  await page.keyboard.type("s");
  await page.getByRole("button", { name: "Use core.debug.Return" }).click();
  await page.getByText("No problems").waitFor();
  await typeAfter(page, "values: [a, b]", "\nconcurrencyLimt: 2");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Rename to concurrencyLimit" }).click();
  await page.getByText("No problems").waitFor();
  expect(await saved(page, "mend")).toContain("    values: [a, b]\n    concurrencyLimit: 2\n");
});

test("17: wrong limits of the flow are named at their line", async () => {
  const page = await edit("limits", ["code"]);
  await typeAfter(page, "namespace: test", '\nconcurrency:\n  limit: 0\nkey: "{{ inputs.day"');
  await page.keyboard.press("Escape");
  const problems = page.getByRole("region", { name: "Problems" });
  await problems.getByRole("button", { name: /concurrency.limit: must be.*4:/ }).waitFor();
  await problems.getByRole("button", { name: /concurrency.key: The expression.*5:/ }).waitFor();
});

test("22: the documentation follows the cursor from task to task", async () => {
  const page = await edit("docs", ["code", "docs"]);
  const docs = page.getByRole("region", { name: "Documentation" });
  await page.locator(".cm-content").getByText("- id: last").click();
  await docs.getByText("io.kestra.plugin.core.log.Log").waitFor();
  await page.locator(".cm-content").getByText("- id: fetch").click();
  await docs.getByText("io.kestra.plugin.core.http.Request").waitFor();
});

test("files of the namespace are read, changed and used beside the text", async () => {
  const body = new FormData();
  body.append("fileContent", new Blob(["select 1"]), "a.sql");
  await fetch(`${origin}/api/v1/main/namespaces/test/files?path=/sql/a.sql`, { method: "POST", body });
  const page = await edit("files", ["code", "files"]);
  await page.getByRole("button", { name: "sql" }).click();
  await page.getByRole("button", { name: "a.sql" }).click();
  await page.getByLabel("Text of sql/a.sql").fill("select 2");
  await page.getByRole("button", { name: "Save file" }).click();
  await page.getByText("not saved").waitFor({ state: "detached" });
  await page.locator(".cm-content").getByText("# said last").click();
  await page.keyboard.press("End");
  await page.getByRole("button", { name: "Read it here" }).click();
  expect(await page.getByRole("textbox", { name: "Flow source" }).innerText()).toContain(
    "# said last{{ read('sql/a.sql') }}",
  );
});
