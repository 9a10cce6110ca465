import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page, Request } from "playwright-core";
import { expect } from "vitest";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules that look at colours. A theme changes nothing else: no element comes, goes or moves with it. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const QUIET_MS = 120;
const PATIENCE_MS = 60_000;

const axe = readFileSync(
  createRequire(createRequire(import.meta.url).resolve("@axe-core/playwright")).resolve("axe-core/axe.min.js"),
  "utf8",
);

type Axe = typeof import("axe-core");
interface Waits {
  asked: Set<Request>;
  lastAt: number;
}
const waits = new WeakMap<Page, Waits>();

/** Notes what a page asks the server for, so that `settled` knows when it has all. */
export function watch(page: Page): void {
  const own: Waits = { asked: new Set(), lastAt: Date.now() };
  waits.set(page, own);
  // The stream never ends, and of the script of a worker the page is not told when it has come.
  const isStream = (request: Request): boolean =>
    (request.headers().accept ?? "").includes("text/event-stream") || /\.worker-[\w-]+\.js$/.test(request.url());
  page.on("request", (request) => {
    if (!isStream(request)) own.asked.add(request);
    own.lastAt = Date.now();
  });
  const end = (request: Request): void => {
    own.asked.delete(request);
    own.lastAt = Date.now();
  };
  page.on("requestfinished", end);
  page.on("requestfailed", end);
}

/** Waits until a page has what it asked for, has drawn it, and shows nothing that stands for more to come. */
export async function settled(page: Page): Promise<void> {
  const own = waits.get(page);
  const until = Date.now() + PATIENCE_MS;
  const isQuiet = (): boolean => own === undefined || (own.asked.size === 0 && Date.now() - own.lastAt >= QUIET_MS);
  while (Date.now() < until) {
    if (isQuiet() && (await page.evaluate(drawn)) && isQuiet()) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  const open = [...(own?.asked ?? [])].map((request) => request.url());
  throw new Error(`The page does not come to rest; it waits for ${open.join(", ") || "what it shows as loading"}`);
}

/** In the page: two frames have been drawn, and nothing is on its way. */
async function drawn(): Promise<boolean> {
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const moving = document.getAnimations().some(({ playState, effect }) => {
    return playState === "running" && effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY;
  });
  return !moving && document.querySelector(".skeleton") === null;
}

/** What axe finds wrong with a page in the theme it has. */
export async function violationsOf(
  page: Page,
  { rules, within }: { rules?: string[]; within?: string } = {},
): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  return page.evaluate(
    async ([tags, only, part]) => {
      const { run } = (window as unknown as { axe: Axe }).axe;
      const runOnly = only ? { type: "rule" as const, values: only } : { type: "tag" as const, values: tags };
      const { violations } = await run(part ?? document, { runOnly, resultTypes: ["violations"], elementRef: false });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
    },
    [TAGS, rules, within] as const,
  );
}

/** Holds a page to the rules of axe in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((chosen) => {
      document.documentElement.dataset.theme = chosen;
    }, theme);
    // A colour that is on its way to another would be measured half way.
    await page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
          .map(({ finished }) => finished),
      ),
    );
    const found = await violationsOf(page, theme === "light" ? {} : { rules: OF_COLOURS });
    expect(found.map((one) => `${theme}, ${one}`)).toEqual([]);
  }
}

/** Holds a page to the rules of axe in both themes, and to widths where nothing may stick out. */
export async function expectWhole(page: Page, widths: readonly number[] = [360]): Promise<void> {
  await settled(page);
  await expectAccessible(page);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 740 });
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
}
