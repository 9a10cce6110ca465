import { get } from "node:http";
import type { Page, Response, Route } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { quick } from "./flows";
import { copyExecution } from "./python";
import { stage } from "./stage";
import { settled } from "./whole";

const { open, save, api, origin } = await stage();
const KB = 1_000;
/** The charts of the page, its lists, and what the shell asks for; before they are compressed. */
const MOST_ANSWERS = 25;
const MOST_DATA_BYTES = 500 * KB;

beforeAll(async () => {
  await save(quick("quick"));
  const { id } = await api<{ id: string }>("/executions/test/quick?wait=true", { method: "POST" });
  copyExecution(id, 1_000);
});

test("2: the first page of all, with a thousand runs, asks little and gets little", async () => {
  const asked: string[] = [];
  const answers: Promise<number>[] = [];
  const listen = (response: Response): void => {
    const { pathname, search } = new URL(response.url());
    if (!pathname.startsWith("/api/") || response.headers()["content-type"]?.includes("event-stream")) return;
    asked.push(pathname + search);
    answers.push(response.body().then(({ length }) => length));
  };
  const page = await open("/", { prepare: (fresh) => fresh.on("response", listen) });
  await page.getByText("quick").first().waitFor();
  await settled(page);
  const sizes = await Promise.all(answers);
  expect(sizes.length).toBeGreaterThan(0);
  expect(asked.filter((one, at) => asked.indexOf(one) < at)).toEqual([]); // nothing is asked for twice
  expect(sizes.length).toBeLessThanOrEqual(MOST_ANSWERS);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_DATA_BYTES);
});

/** The scripts or style sheets that a page has loaded, workers left out: they are no part of what is waited for. */
async function loaded(page: Page, ending: ".js" | ".css"): Promise<string[]> {
  const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  return [...new Set(names)].filter((name) => name.endsWith(ending) && !name.includes("worker"));
}

/** How much of them crosses the wire for who takes gzip. */
async function sizeOf(urls: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    urls.map(
      (url) =>
        new Promise<number>((resolve, reject) => {
          get(url, { headers: { "accept-encoding": "gzip" } }, (response) => {
            let size = 0;
            response.on("data", (piece: Buffer) => {
              size += piece.length;
            });
            response.on("end", () => resolve(size));
          }).once("error", reject);
        }),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test("1: the shell brings 140 kB of scripts at most, the editor 270 kB more, and styles are 20 kB", async () => {
  const written = await (await fetch(`${origin}/ui/`)).text();
  // As `npm run budget` counts: without the one that sets theme and language before anything is drawn.
  const scripts = [...written.matchAll(/(?:src|href)="([^"]+\/assets\/[^"]+\.js)"/g)].map(
    ([, path = ""]) => origin + path,
  );
  expect(await sizeOf(scripts)).toBeGreaterThan(10 * KB);
  expect(await sizeOf(scripts)).toBeLessThanOrEqual(140 * KB);
  const editor = await open("/flows/edit/test/quick");
  await editor.locator("button.node").first().waitFor();
  await settled(editor);
  const more = (await loaded(editor, ".js")).filter((name) => !scripts.includes(name));
  expect(more.length).toBeGreaterThan(0);
  expect(await sizeOf(more)).toBeLessThanOrEqual(270 * KB);
  expect(await sizeOf(await loaded(editor, ".css"))).toBeLessThanOrEqual(20 * KB);
});

test("2: the shell is shown before any data has come, and then fills", async () => {
  const page = await open("/nowhere");
  const held: Route[] = [];
  let isHeld = true;
  await page.route("**/api/**", (route) => {
    if (isHeld) held.push(route);
    else void route.continue();
  });
  await page.goto(`${origin}/ui/`, { waitUntil: "commit" });
  await page.getByRole("navigation").first().waitFor();
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length === 1);
  expect(held.length).toBeGreaterThan(0);
  isHeld = false;
  for (const route of held.splice(0)) await route.continue();
  await page.getByText("quick").first().waitFor();
});
