import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ASKING, FAILING, SCHEDULED } from "./flows";
import { stage } from "./stage";
import { settled } from "./whole";

const { open, save, api, source } = await stage();
const MOST_STEPS = 150;

/** Moves the focus with the Tab key until it is on what has this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let step = 0; step < MOST_STEPS; step++) {
    // In code the Tab key indents; Escape gives it back, as code editors have it.
    if (await page.evaluate(() => document.activeElement?.classList.contains("cm-content")))
      await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    const names = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const label = element?.labels?.[0]?.innerText;
      return [element?.getAttribute("aria-label"), label, element?.innerText, element?.id].map(
        (text) => text?.trim() ?? "",
      );
    });
    if (names.some((text) => name.test(text))) return;
  }
  throw new Error(`Nothing named ${name} can be reached with the Tab key`);
}

const TYPED = FAILING.replace("id: failing", "id: by_keys").replace("still fine", "to be changed");

test("38: without a mouse: create, edit by form, save, run, find the failing line, restart", {
  timeout: 240_000,
}, async () => {
  const page = await open("/flows");
  await tabTo(page, /^New flow/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/flows\/new/);
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+a");
  await page.evaluate((text) => navigator.clipboard.writeText(text), TYPED);
  await page.keyboard.press("Control+v");
  await page.locator('button.node[aria-label^="before,"]').waitFor();
  await page.keyboard.press("Control+s");
  await page.waitForURL(/flows\/edit\/test\/by_keys/);
  await page.getByRole("heading", { name: "by_keys" }).waitFor();
  await page.locator('button.node[aria-label^="before,"]').waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, /^before,/);
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Form of before" }).waitFor();
  const message = page
    .locator(".fm .field")
    .filter({ has: page.locator(".field__key").getByText("message", { exact: true }) })
    .locator("input, textarea");
  const id = await message.getAttribute("id");
  await tabTo(page, new RegExp(`^(message|${id})`));
  await page.keyboard.press("Control+a");
  await page.keyboard.type("said by keys");
  await page.keyboard.press("Control+s");
  await expect.poll(() => source("by_keys")).toContain("said by keys");
  await page.keyboard.press("Escape");
  await page.goto(`${new URL(page.url()).origin}/ui/flows?run=test%2Fby_keys`);
  await page.getByRole("dialog").waitFor();
  await tabTo(page, /^Run/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/executions\/test\/by_keys/);
  await page.locator(".head .state").getByText("Failed").waitFor();
  await page.keyboard.press("n");
  const inspector = page.getByRole("complementary", { name: "Task run breaks" });
  await inspector.getByText("the totals differ").waitFor();
  await page.keyboard.press("l");
  await page.getByRole("log").locator(".log__line--error").getByText("the totals differ").waitFor();
  await tabTo(page, /^Restart from here/);
  await page.keyboard.press("Enter");
  await page.getByText("Restarted from what failed").waitFor();
  const run = await api<{ taskRunList: { taskId: string; attempts?: unknown[] }[] }>(
    `/executions/${new URL(page.url()).pathname.split("/").at(-1)}`,
  );
  expect(run.taskRunList.map(({ taskId }) => taskId)).toContain("breaks");
});

test("39: at 360 px and at twice the size nothing is cut off, and every action is there", {
  timeout: 240_000,
}, async () => {
  for (const text of [FAILING, ASKING, SCHEDULED]) await save(text);
  const { id } = await api<{ id: string }>("/executions/test/failing?wait=true", { method: "POST" });
  const path = `/executions/test/failing/${id}`;
  const pages = [
    "/executions",
    path,
    `${path}?tab=logs`,
    `${path}?tab=data`,
    `${path}?tab=relations`,
    "/triggers",
    "/flows?run=test%2Fasking",
  ];
  for (const [width, height] of [
    [360, 740],
    [720, 450], // a window of 1440 by 900 at 200 %
  ] as const) {
    for (const one of pages) {
      const page = await open(one, { width, height, isShared: true });
      await settled(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([one, width, wide <= width]).toEqual([one, width, true]);
      await page.close();
    }
    const page = await open(path, { width, height });
    await page.getByRole("button", { name: "All actions" }).click();
    for (const action of ["Restart", "Replay", "Change state", "Set labels", "Delete"]) {
      const item = page.getByRole("menuitem", { name: action }).first();
      await item.scrollIntoViewIfNeeded();
      const box = await item.boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 9_999) <= width).toBe(true);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Relations" }).click();
    await page.getByRole("heading", { name: "It started" }).waitFor();
    const list = await open("/executions", { width, height });
    await list
      .locator(".execs tbody")
      .getByRole("checkbox", { name: /^Select / })
      .first()
      .check();
    const bar = await list.getByRole("region", { name: "Selection" }).boundingBox();
    expect((bar?.x ?? -1) >= 0 && (bar?.x ?? 0) + (bar?.width ?? 9_999) <= width).toBe(true);
  }
});

test("38: letters go through a list, tick its rows and lead through a flow, unless they are turned off", async () => {
  for (const id of ["keys_a", "keys_b"]) await save(FAILING.replace("id: failing", `id: ${id}`));
  const page = await open("/flows?namespace=test&q=keys_&view=flat");
  await page.getByRole("link", { name: "keys_b" }).waitFor();
  const focused = (): Promise<string> => page.evaluate(() => (document.activeElement as HTMLElement).innerText);
  for (const key of ["j", "j"]) await page.keyboard.press(key);
  expect(await focused()).toBe("keys_b");
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  expect(await page.getByRole("checkbox", { name: "Select keys_a" }).isChecked()).toBe(true);
  expect(await page.getByRole("checkbox", { name: "Select keys_b" }).isChecked()).toBe(false);
  await page.goto(`${new URL(page.url()).origin}/ui/flows/edit/test/keys_a/overview`);
  await page.getByRole("heading", { name: "keys_a" }).waitFor();
  await page.keyboard.press("v");
  await page.waitForURL(/keys_a\/revisions$/);

  await page.goto(`${new URL(page.url()).origin}/ui/profile`);
  await page.getByLabel("Keys of one letter").selectOption("off");
  await page.getByText("Kept").waitFor();
  await page.getByRole("heading", { name: "You" }).click();
  for (const key of ["g", "f", "?"]) await page.keyboard.press(key);
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog").waitFor();
  expect(await page.getByRole("dialog", { name: "Keys" }).count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe("/ui/profile");
});
