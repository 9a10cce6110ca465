import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { large, quick } from "./flows";
import { addLines, copyExecution } from "./python";
import { stage } from "./stage";
import { settled } from "./whole";

const { open, save, api } = await stage();
const MANY = 1_000_000;
const ROWS = 200;
const HEAP_BYTES = 200_000_000;

async function run(id: string): Promise<string> {
  await save(quick(id));
  return (await api<{ id: string }>(`/executions/test/${id}?wait=true`, { method: "POST" })).id;
}

test("4: of a million executions the page holds and asks for one page", { timeout: 240_000 }, async () => {
  copyExecution(await run("many"), MANY);
  const page = await open("/executions");
  const row = page.locator(".execs tbody tr");
  await row.first().waitFor();
  expect(await row.count()).toBeLessThanOrEqual(ROWS);
  for (let step = 1; step <= 5; step++) {
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText(`${step * 50 + 1} to ${step * 50 + 50} of`).waitFor();
  }
  const ids = await page.locator(".execs tbody tr td:last-child").allTextContents();
  await page.getByRole("button", { name: "Previous" }).click();
  await page.getByText("201 to 250 of").waitFor();
  const before = await page.locator(".execs tbody tr td:last-child").allTextContents();
  expect(new Set([...ids, ...before]).size).toBe(ids.length + before.length);
  await page.reload();
  await page.getByText("201 to 250 of").waitFor();

  const ended = page.locator(".execs tbody tr td:last-child");
  const next = page.getByRole("button", { name: "Next" });
  let release = (): void => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/executions/search?**", async (route) => {
    await isReleased;
    await route.continue();
  });
  await next.click();
  await page.waitForURL(/page=6/);
  expect(await page.getByText("201 to 250 of").count()).toBe(1);
  expect(await ended.allTextContents()).toEqual(before);
  await next.click();
  await page.waitForURL(/page=7/);
  release();
  await page.getByText("301 to 350 of").waitFor();
  const later = await ended.allTextContents();
  expect(new Set([...ids, ...before, ...later]).size).toBe(ids.length + before.length + later.length);
});

/** What a stretch of keys changed in the page beside what is edited, and what was asked of the server. */
interface Changed {
  /** Whether the node of what is edited was drawn anew. */
  isNodeChanged: boolean;
  otherLines: string[];
  otherNodes: string[];
  asked: string[];
}

/** Types so many keys one after the other in the line with a text, and tells what of the page was touched. */
async function changedBy(page: Page, keys: number, { line, node }: { line: string; node: string }): Promise<Changed> {
  await page.evaluate(
    ([ownLine, ownNode]) => {
      const changed = { isNodeChanged: false, otherLines: [] as string[], otherNodes: [] as string[] };
      (window as unknown as { changed: typeof changed }).changed = changed;
      const touch = (element: Element): void => {
        const text = element.closest(".cm-line")?.textContent ?? ownLine;
        if (!text.includes(ownLine)) changed.otherLines.push(text);
        const nodes = [element.closest("button.node"), ...element.querySelectorAll("button.node")];
        for (const label of nodes.flatMap((one) => one?.getAttribute("aria-label") ?? [])) {
          if (label.startsWith(ownNode)) changed.isNodeChanged = true;
          else changed.otherNodes.push(label);
        }
      };
      new MutationObserver((mutations) => {
        for (const { target, addedNodes } of mutations) {
          const element = target instanceof Element ? target : target.parentElement;
          if (element?.closest(".cm-line, button.node")) touch(element);
          for (const added of addedNodes) if (added instanceof Element) touch(added);
        }
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    },
    [line, node] as const,
  );
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  for (let key = 0; key < keys; key++) await page.keyboard.press("x");
  await settled(page);
  const changed = await page.evaluate(() => (window as unknown as { changed: Omit<Changed, "asked"> }).changed);
  return { ...changed, asked };
}

test("5: in a flow of 500 tasks a key touches its own line and its own node", async () => {
  await save(large("large"));
  const body = JSON.stringify({ open: ["code", "graph"], drawer: "problems" });
  await api("/me/preferences/editor.panels", { method: "PUT", body, headers: { "content-type": "application/json" } });
  const page = await open("/flows/edit/test/large");
  await page.locator('button.node[aria-label^="task_0,"]').first().waitFor();
  await settled(page);
  // Only what is in sight is drawn, of the text and of the graph.
  expect(await page.locator(".cm-line").count()).toBeLessThan(150);
  expect(await page.locator("button.node").count()).toBeLessThan(60);
  await page.locator(".cm-content").getByText("number 0 of").click();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const inMessage = await changedBy(page, 20, { line: "number 0 of", node: "task_0" });
  expect(inMessage).toMatchObject({ isNodeChanged: false, otherLines: [], otherNodes: [] });
  for (let line = 0; line < 2; line++) await page.keyboard.press("ArrowUp"); // to the id, which the node shows
  await page.keyboard.press("End");
  const inId = await changedBy(page, 20, { line: "task_0", node: "task_0" });
  expect(inId).toMatchObject({ isNodeChanged: true, otherLines: [], otherNodes: [] });
  await page
    .locator(`button.node[aria-label^="task_0${"x".repeat(20)},"]`)
    .first()
    .waitFor();
  // As it is typed the text is checked, a check at a time, and nothing else is asked.
  expect(inId.asked.filter((path) => path !== "/api/v1/main/flows/validate")).toEqual([]);
  expect(inId.asked.length).toBeLessThanOrEqual(20);
});

test("6: of a log of a million lines the page holds some ten thousand, wherever it is", {
  timeout: 240_000,
}, async () => {
  const id = await run("wordy");
  addLines(id, MANY);
  const page = await open(`/executions/test/wordy/${id}?tab=logs`);
  await page.getByText("line 1 of the file").waitFor();
  await page.getByRole("button", { name: "End" }).click();
  await page.getByText("line 1000000 of the file").waitFor();
  await page.getByLabel("Find in the lines").fill("line 777784 ");
  await page.getByText(/^Lines 1 to 1 of 1$/).waitFor();
  await page.getByText("line 777784 of the file").click();
  await page.getByRole("region", { name: "Chosen line" }).getByText("line 777784 of the file").waitFor();
  await page.getByLabel("Find in the lines").fill("");
  await page.getByLabel("Level").selectOption("ERROR");
  await page.getByText("of 1,000", { exact: false }).last().waitFor();
  await page.getByText("line 1000 of the file").waitFor();
  await page.getByLabel("Level").selectOption("TRACE");
  await page.getByText("line 1 of the file").waitFor();
  const lines = page.getByRole("log");
  for (let step = 0; step < 40; step++) {
    await lines.evaluate((element, share) => element.scrollTo({ top: element.scrollHeight * share }), step / 40);
    await page.waitForTimeout(25);
  }
  await page.locator(".range__line time").first().waitFor();
  expect(await page.locator(".range__line").count()).toBeLessThan(ROWS);
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? Number.POSITIVE_INFINITY;
  expect(heap).toBeLessThan(HEAP_BYTES);
});
