import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./stage";
import { expectAccessible } from "./whole";

const { open, save, source, api } = await stage();

const OLD = `id: old
namespace: test
tasks:
  # for each day
  - id: each
    type: io.kestra.plugin.core.flow.EachSequential # as long ago
    value: ["one", "two"]
    tasks:
      - id: say
        type: io.kestra.core.tasks.log.Log # inner
        message: "{{ taskrun.value }}"
  - id: again
    type: io.kestra.core.tasks.log.Log
    message: done
  - id: wait
    type: io.kestra.plugin.core.flow.Pause
    delay: PT0.1S # a moment
`;
const NEW = OLD.replace("flow.EachSequential", "flow.ForEach")
  .replace("value: [", "values: [")
  .replaceAll("io.kestra.core.tasks.log.Log", "io.kestra.plugin.core.log.Log")
  .replace("delay:", "pauseDuration:");

async function edited(id: string): Promise<Page> {
  await api("/me/preferences/editor.panels", {
    method: "PUT",
    body: JSON.stringify({ open: ["code"], drawer: "problems" }),
    headers: { "content-type": "application/json" },
  });
  await save(OLD.replace("id: old", `id: ${id}`));
  const page = await open(`/flows/edit/test/${id}`);
  await page.locator(".cm-content").getByText("EachSequential").waitFor();
  return page;
}

const rows = (page: Page) => page.locator(".problem__row");
const saved = (page: Page) => page.getByRole("button", { name: /^Save (⌘|Ctrl )S$|^Save$/ }).click();

async function expectSource(id: string, wanted: string): Promise<void> {
  await expect.poll(() => source(id), { timeout: 30_000 }).toBe(wanted.replace("id: old", `id: ${id}`));
}

test("17: a type that is no longer written gives way to the one of today, and its comments stay", async () => {
  const page = await edited("each");
  const row = rows(page).filter({ hasText: "EachSequential is deprecated" });
  await row.getByRole("button", { name: "Use ForEach" }).click();
  await row.waitFor({ state: "detached" });
  await saved(page);
  await expectSource("each", OLD.replace("flow.EachSequential", "flow.ForEach").replace("value: [", "values: ["));
});

test("15, 17: all that is certain is mended at once, and undone in one step", async () => {
  const page = await edited("all");
  await page.getByRole("button", { name: "Mend all 4" }).click();
  await page.getByText("No problems").waitFor();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => rows(page).count(), { timeout: 30_000 }).toBe(4);
  await page.getByRole("button", { name: "Redo" }).click();
  await page.getByText("No problems").waitFor();
  await saved(page);
  await expectSource("all", NEW);
  const run = await api<{ state: { current: string } }>("/executions/test/all?wait=true", { method: "POST" });
  expect(run.state.current).toBe("SUCCESS");
});

test("17: problems of one kind are mended together, the others stay", async () => {
  const page = await edited("kind");
  await page.getByRole("button", { name: "All 2 alike" }).nth(1).click();
  await expect.poll(() => rows(page).count(), { timeout: 30_000 }).toBe(2);
  await saved(page);
  await expectSource("kind", OLD.replaceAll("io.kestra.core.tasks.log.Log", "io.kestra.plugin.core.log.Log"));
});

test("17: what is wrong in the line of the cursor is mended by a key", async () => {
  const page = await edited("key");
  await rows(page).filter({ hasText: "delay is deprecated" }).getByRole("button").first().click();
  await page.keyboard.press("Control+.");
  await expect.poll(() => rows(page).count(), { timeout: 30_000 }).toBe(3);
  await saved(page);
  await expectSource("key", OLD.replace("delay:", "pauseDuration:"));
});

test("38: the text is searched from its first key on, though the search comes when it is asked for", async () => {
  const page = await edited("search");
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+f");
  const field = page.getByRole("textbox", { name: "Find" });
  await field.waitFor();
  await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
  await field.pressSequentially("moment");
  await page.keyboard.press("Enter");
  await page.locator(".cm-searchMatch-selected", { hasText: "moment" }).waitFor();
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
});
