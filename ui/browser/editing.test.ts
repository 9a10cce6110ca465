import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { COMMENTED } from "./flows";
import { stage } from "./stage";

const { open, save, source } = await stage();

async function edit(id: string): Promise<Page> {
  await save(COMMENTED(id));
  const page = await open(`/flows/edit/test/${id}`);
  await node(page, "first").waitFor();
  return page;
}

const node = (page: Page, id: string) => page.locator(`button.node[aria-label^="${id},"]`);
const field = (page: Page, name: string) =>
  page
    .locator(".fm .field")
    .filter({ has: page.locator(".field__key").getByText(name, { exact: true }) })
    .locator("input, textarea");

async function saved(page: Page, id: string): Promise<string> {
  await page.keyboard.press("Control+s");
  await page.getByText("not saved").waitFor({ state: "detached" });
  return source(id);
}

test("9: one field changed in a form is one changed line", async () => {
  const page = await edit("field");
  await node(page, "first").click();
  await field(page, "message").fill("two");
  await page.keyboard.press("End");
  const more = " and more".repeat(9); // a field stays the one it is while it is written in, however long its text
  await page.keyboard.type(more);
  expect(await field(page, "message").evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await saved(page, "field")).toBe(COMMENTED("field").replace('"one"', `"two${more}"`));
});

test("10: a task moved in the graph is the same lines in another order", async () => {
  const page = await edit("move");
  await node(page, "first").click();
  await node(page, "first").press("ArrowDown");
  const text = await saved(page, "move");
  expect(text.split("\n").sort()).toEqual(COMMENTED("move").split("\n").sort());
  expect(text.indexOf("# the first")).toBeGreaterThan(text.indexOf("id: second"));
});

test("11: a deleted task takes its comment and nothing else", async () => {
  const page = await edit("delete");
  await node(page, "third").click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const before = COMMENTED("delete");
  expect(await saved(page, "delete")).toBe(`${before.slice(0, before.indexOf("\n  - id: third"))}`);
});

test("12: a task added on an edge is at its place, and its form is open", async () => {
  const page = await edit("add");
  await page.getByRole("button", { name: "Add a task after first" }).click();
  await page.getByRole("combobox", { name: "Type" }).fill("debug return");
  await page.getByRole("option", { name: /debug.Return/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Form of return" }).waitFor();
  await field(page, "format").fill("x");
  const text = await saved(page, "add");
  expect(text).toContain("\n  - id: return\n    type: io.kestra.plugin.core.debug.Return\n    format: x\n");
  expect(text.indexOf("id: return")).toBeLessThan(text.indexOf("id: second"));
});

test("13: a renamed task is renamed where it is read, and nowhere else", async () => {
  const page = await edit("rename");
  await node(page, "second").click();
  await page.locator("#task-id").fill("other");
  await page.locator("#task-id").press("Enter");
  await node(page, "other").waitFor();
  expect(await saved(page, "rename")).toBe(
    COMMENTED("rename").replace("- id: second", "- id: other").replace("outputs.second.value", "outputs.other.value"),
  );
});

test("14: the graph follows the code", async () => {
  const page = await edit("follow");
  await page.getByText("- id: third").first().click();
  await page.keyboard.press("End");
  await page.keyboard.type("_typed");
  await node(page, "third_typed").waitFor();
});

test("15: form, code and graph share one history", async () => {
  const page = await edit("history");
  const code = page.locator(".cm-content");
  const before = await code.innerText();
  await node(page, "first").click();
  await field(page, "message").fill("changed");
  await page.waitForTimeout(600); // history joins what is typed in one go
  await page.getByText("- id: third").first().click();
  await page.keyboard.press("End");
  await page.keyboard.type("x");
  await node(page, "second").click();
  await node(page, "second").press("ArrowUp");
  const after = await code.innerText();
  for (let times = 0; times < 3; times++) await page.getByRole("button", { name: "Undo" }).click();
  expect(await code.innerText()).toBe(before);
  for (let times = 0; times < 3; times++) await page.getByRole("button", { name: "Redo" }).click();
  expect(await code.innerText()).toBe(after);
});

test("16, 17: what is wrong is named with its line, marks its task, and goes when it is mended", async () => {
  const page = await edit("wrong");
  await page.getByText("io.kestra.plugin.core.debug.Return").first().click();
  await page.keyboard.press("End");
  await page.keyboard.type("s");
  const problem = page.getByRole("region", { name: "Problems" }).getByRole("button", { name: /Invalid type.*14:/ });
  await problem.waitFor();
  await page.locator('button.node[aria-label*="second"][aria-label*="error"]').waitFor();
  await problem.click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.getByText("No problems").waitFor();
});

test("18: of two who save one flow, the second merges and nothing is lost", async () => {
  const first = await edit("both");
  const second = await open("/flows/edit/test/both");
  await node(second, "first").waitFor();
  await node(first, "first").click();
  await field(first, "message").fill("from the first");
  await saved(first, "both");
  await node(second, "second").click();
  await field(second, "format").fill("from the second");
  await second.keyboard.press("Control+s");
  await second.getByRole("dialog").getByText("Both changes fit together.").waitFor();
  await second.getByRole("button", { name: "Take the merged text" }).click();
  const text = await saved(second, "both");
  expect(text).toBe(
    COMMENTED("both")
      .replace('"one"', '"from the first"')
      .replace(`"{{ outputs.first }} and 'first'"`, '"from the second"'),
  );
});

test("19: text that was not saved is offered again", async () => {
  const page = await edit("draft");
  await node(page, "first").click();
  await field(page, "message").fill("not saved yet");
  await page.waitForFunction(() => Object.values(localStorage).some((kept) => `${kept}`.includes("not saved yet")));
  const again = await open("/flows/edit/test/draft", { context: page.context() });
  await again.getByRole("button", { name: "Take it up again" }).click();
  await again.getByText("not saved yet").first().waitFor();
});

test("20: a file with CRLF differs in the edited value only", async () => {
  const text = COMMENTED("crlf").replaceAll("\n", "\r\n").trimEnd();
  await save(text);
  const page = await open("/flows/edit/test/crlf");
  await node(page, "first").click();
  await field(page, "message").fill("two");
  expect(await saved(page, "crlf")).toBe(text.replace('"one"', '"two"'));
});
