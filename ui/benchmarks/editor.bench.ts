import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { large } from "../browser/flows";
import { stage } from "../browser/stage";
import { settled } from "../browser/whole";
import { note } from "./figures";
import { type Trace, traced } from "./tracing";

const { open, save, api } = await stage();
const TEXT_MS = 50;
const GRAPH_MS = 100;
const LONG_TASK_MS = 100;

async function openLarge(id: string, panels: string[]): Promise<Page> {
  await save(large(id));
  await keepPanels(panels);
  const page = await open(`/flows/edit/test/${id}`);
  const shown = panels.includes("blocks") ? '[data-task="task_0"]' : 'button.node[aria-label^="task_0,"]';
  await page.locator(shown).first().waitFor();
  await settled(page);
  return page;
}

async function keepPanels(panels: string[]): Promise<void> {
  const body = JSON.stringify({ open: panels, drawer: "problems" });
  const headers = { "content-type": "application/json" };
  await api("/me/preferences/editor.panels", { method: "PUT", body, headers });
}

/** Puts the cursor behind the message of the first task; so many lines further up is another value of it. */
async function putCursor(page: Page, up: number): Promise<void> {
  await page.locator(".cm-content").getByText("number 0 of").click();
  for (let line = 0; line < up; line++) await page.keyboard.press("ArrowUp");
  await page.keyboard.press("End");
}

interface Shown {
  text: number;
  node: number;
}

/** Notes in the page for each key when the frame with its text was shown, and that with the node it changes. */
async function watchKeys(page: Page, node: string): Promise<() => Promise<Shown[]>> {
  await page.evaluate((selector) => {
    const all: Shown[] = [];
    (window as unknown as { shown: Shown[] }).shown = all;
    // A message that is sent in a frame is heard once the frame is drawn.
    const painted = (then: () => void): void => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = then;
        channel.port2.postMessage(null);
      });
    };
    const labelOf = (): string | null => document.querySelector(selector)?.getAttribute("aria-label") ?? null;
    let label = labelOf();
    let latest: { own: Shown; at: number } | undefined;
    window.addEventListener(
      "keydown",
      ({ timeStamp }) => {
        const own: Shown = { text: Number.NaN, node: Number.NaN };
        all.push(own);
        latest = { own, at: timeStamp };
        painted(() => {
          own.text = performance.now() - timeStamp;
        });
      },
      true,
    );
    new MutationObserver(() => {
      if (labelOf() === label) return;
      label = labelOf();
      const one = latest;
      performance.mark("node changed");
      painted(() => {
        if (one && Number.isNaN(one.own.node)) one.own.node = performance.now() - one.at;
      });
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"] });
  }, node);
  return () => page.evaluate(() => (window as unknown as { shown: Shown[] }).shown);
}

/** Types, with pauses now and then in which checks come in between. */
async function type(page: Page, times: number, each: number): Promise<void> {
  for (let key = 0; key < times; key++) {
    await page.keyboard.press(key % 6 === 5 ? "Backspace" : "x");
    await page.waitForTimeout(key % 10 === 9 ? 500 : each);
  }
}

/** How long the keys of a stretch take on the clock, without a trace, which takes time itself. */
async function onClock(page: Page, read: () => Promise<Shown[]>, each: number, of: "text" | "node"): Promise<number[]> {
  const before = (await read()).length;
  await type(page, 80, each);
  const times = (await read()).slice(before).map((one) => one[of]);
  const known = times.filter((time) => !Number.isNaN(time));
  expect(known.length).toBeGreaterThan(60);
  return known;
}

/** For each key that changed a node what page and worker spent until the frame that shows it. */
function graphCosts({ keys, marks, between, frameAfter }: Trace): number[] {
  const changes = marks("node changed");
  return keys.flatMap((key, index) => {
    const next = keys[index + 1] ?? Number.POSITIVE_INFINITY;
    const change = changes.find((at) => at > key && at < next);
    return change === undefined ? [] : [between(key, frameAfter(change))];
  });
}

test("5: text and graph of a flow of 500 tasks", async () => {
  const page = await openLarge("large", ["code", "graph"]);
  await putCursor(page, 0);
  await page.keyboard.press("ArrowLeft");
  const trace = await traced(page, () => type(page, 80, 40));
  expect(trace.keys).toHaveLength(80);
  cost("a key painted, of the processor", trace.keys.map(trace.untilFrame), TEXT_MS);
  note({ what: "500 tasks: longest task of the page", unit: "ms", values: [trace.longest], share: 1, budget: LONG_TASK_MS });
  const read = await watchKeys(page, "button.node");
  cost("a key painted, on the clock", await onClock(page, read, 90, "text"), TEXT_MS); // as fast as people type
});

test("5: a key that changes a node of 500", async () => {
  const page = await openLarge("large_graph", ["code", "graph"]);
  await putCursor(page, 2); // the id, which the node shows
  const read = await watchKeys(page, "button.node");
  const costs = graphCosts(await traced(page, () => type(page, 60, 160)));
  expect(costs.length).toBeGreaterThan(50);
  cost("graph drawn, of the processor", costs, GRAPH_MS);
  cost("graph drawn, on the clock", await onClock(page, read, 160, "node"), GRAPH_MS);
});

test("5: a property that is not known marks its node before the server has said a word", async () => {
  const costs: number[] = [];
  for (const time of [1, 2, 3]) costs.push(await costOfMark(`large_wrong_${time}`));
  note({ what: "500 tasks: first mark, of the processor", unit: "ms", values: costs, share: 0.5, budget: GRAPH_MS });
});

test("5: blocks and a form of 500 tasks", async () => {
  const page = await openLarge("large_blocks", ["code", "blocks"]);
  await putCursor(page, 0);
  await page.keyboard.press("ArrowLeft");
  const inText = await traced(page, () => type(page, 40, 60));
  cost("with blocks, a key painted, of the processor", inText.keys.map(inText.untilFrame), TEXT_MS);
  await page.locator('[data-task="task_0"]').click();
  const form = page.getByRole("complementary", { name: "Form of task_0" });
  const text = form.getByRole("textbox", { name: "Message" });
  await text.focus();
  await settled(page);
  const inForm = await traced(page, () => type(page, 80, 60));
  cost("in a form, a key painted, of the processor", inForm.keys.map(inForm.untilFrame), TEXT_MS);
  note({ what: "500 tasks: in a form, longest task", unit: "ms", values: [inForm.longest], share: 1, budget: LONG_TASK_MS });
  // The keys were those of the field to the end.
  expect(await text.evaluate((element) => element === document.activeElement)).toBe(true);
});

/** Notes what nearly every key takes. */
function cost(what: string, values: readonly number[], budget: number): void {
  note({ what: `500 tasks: ${what}`, unit: "ms", values, share: 0.95, budget });
}

/** What page and worker spend from the key that makes it wrong until the frame that shows it. */
async function costOfMark(id: string): Promise<number> {
  const page = await openLarge(id, ["code", "graph"]);
  await watchKeys(page, "button.node");
  await putCursor(page, 0);
  await page.keyboard.press("ArrowLeft");
  await type(page, 20, 60); // in the middle of work, not at the first key of all
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await settled(page);
  await page.route("**/flows/validate", () => undefined);
  const trace = await traced(page, async () => {
    await page.keyboard.type("formt: x");
    await page.locator('button.node[aria-label*="error"]').first().waitFor();
    await page.waitForTimeout(200);
  });
  await page.close();
  const [marked] = trace.marks("node changed");
  const last = trace.keys.findLast((key) => marked !== undefined && key < marked);
  return marked && last ? trace.between(last, trace.frameAfter(marked)) : Number.POSITIVE_INFINITY;
}

const DOCUMENTED = `id: documented
namespace: test
tasks:
  - id: fetch
    type: io.kestra.plugin.core.http.Request
    uri: http://localhost/
  - id: last
    type: io.kestra.plugin.core.log.Log
    message: hello
`;

test("22: the documentation of the task at the cursor", async () => {
  await save(DOCUMENTED);
  await keepPanels(["code", "docs"]);
  const page = await open("/flows/edit/test/documented");
  const docs = page.getByRole("region", { name: "Documentation" });
  await page.locator(".cm-content").getByText("- id: last").click();
  await docs.getByText("io.kestra.plugin.core.log.Log").waitFor();
  await page.locator(".cm-content").getByText("- id: fetch").click();
  await docs.getByText("io.kestra.plugin.core.http.Request").waitFor();
  const spent = await page.evaluate(async () => {
    const line = [...document.querySelectorAll(".cm-line")].find((one) => one.textContent?.includes("- id: last"));
    const shown = document.querySelector(".docs")?.parentElement;
    const { left, top } = line?.getBoundingClientRect() ?? { left: 0, top: 0 };
    const began = performance.now();
    for (const type of ["mousedown", "mouseup", "click"]) {
      line?.dispatchEvent(
        new MouseEvent(type, { bubbles: true, clientX: left + 60, clientY: top + 8, button: 0, detail: 1 }),
      );
    }
    while (!shown?.textContent?.includes("io.kestra.plugin.core.log.Log")) {
      if (performance.now() - began > 5_000) break;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now() - began;
  });
  note({ what: "documentation follows the cursor", unit: "ms", values: [spent], share: 1, budget: 300 });
});
