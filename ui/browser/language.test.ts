import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ASKING, COMMENTED, FAILING, PAUSING, SCHEDULED, SLOW } from "./flows";
import { stage } from "./stage";

const { open, save, api, origin, complaints } = await stage();

const GERMAN = join(import.meta.dirname, "../src/i18n/de");
/** English texts that read otherwise in German: none of them may be left on a page that speaks it. */
const german = readdirSync(GERMAN).flatMap((name) =>
  Object.entries(JSON.parse(readFileSync(join(GERMAN, name), "utf8")) as Record<string, unknown>),
);
const said = new Set(german.map(([, words]) => words));
const english = new Set(german.map(([text]) => text).filter((text) => !said.has(text) && !/[{<]|##/.test(text)));

const routes: Record<string, string> = {
  home: "/",
  flows: "/flows",
  "flows, none found": "/flows?q=nothing-is-called-this",
  "start dialog": "/flows?run=test%2Fasking",
  "texts of flows": "/flows/search?q=message",
  editor: "/flows/edit/test/commented",
  overview: "/flows/edit/test/commented/overview",
  revisions: "/flows/edit/test/commented/revisions",
  dependencies: "/flows/edit/test/commented/dependencies",
  "new flow": "/flows/new",
  executions: "/executions",
  logs: "/logs",
  triggers: "/triggers",
  "one trigger": "/triggers?trigger=test%2Fscheduled%2Fdaily",
  namespaces: "/namespaces",
  namespace: "/namespaces/test",
  blueprints: "/blueprints",
  plugins: "/plugins",
  dashboards: "/dashboards",
  dashboard: "/dashboards/default_home",
  "new dashboard": "/dashboards/new",
  "dashboard, its text": "/dashboards/spoken/edit",
  system: "/system",
  users: "/users",
  profile: "/profile",
  "no such page": "/nowhere",
};
for (const tab of ["files", "kv", "secrets", "variables", "defaults"])
  routes[`namespace, ${tab}`] = `/namespaces/test?tab=${tab}`;
for (const tab of ["limits", "settings", "audit", "usage"]) routes[`system, ${tab}`] = `/system?tab=${tab}`;
const TABS = ["timeline", "graph", "logs", "data", "metrics", "relations"];

/** Nothing comes any more when nothing came for so long. */
const QUIET_MS = 120;
const ZONE = "Asia/Tokyo";

let failed = "";

beforeAll(async () => {
  for (const source of [COMMENTED("commented"), FAILING, ASKING, SCHEDULED, SLOW, PAUSING]) await save(source);
  const { id } = await api<{ id: string }>("/executions/test/failing?wait=true", { method: "POST" });
  await api("/executions/test/pausing", { method: "POST" });
  const headers = { "content-type": "application/x-yaml" };
  await api("/dashboards", { method: "POST", body: "id: spoken\ntitle: Gesprochen\ncharts: []\n", headers });
  failed = `/executions/test/failing/${id}`;
  for (const tab of TABS) routes[`execution, ${tab}`] = tab === "timeline" ? failed : `${failed}?tab=${tab}`;
});

// Lists of other files begin without it.
afterAll(() => fetch(`${origin}/api/v1/main/dashboards/spoken`, { method: "DELETE" }));

const names = [...Object.keys(routes), ...TABS.map((tab) => `execution, ${tab}`)];

test("40: every page speaks each language, and no label of it is cut", { timeout: 240_000 }, async () => {
  complaints.length = 0;
  const faults = await Promise.all(["en", "de", "qps"].map(faultsIn));
  expect(faults.flat()).toEqual([]);
  expect(complaints).toEqual([]);
});

test("40: no route of the interface is left out here", () => {
  const router = readFileSync(join(import.meta.dirname, "../src/router.tsx"), "utf8");
  const paths = [...router.matchAll(/^ {2}path: "(.+)",$/gm)].map(([, path = ""]) => path);
  const visited = Object.values(routes).map((address) => address.split("?")[0] ?? "");
  const isVisited = (path: string): boolean => {
    const pattern = new RegExp(`^${path.replaceAll(/\$\w+/g, "[^/]+")}$`);
    return visited.some((address) => pattern.test(address));
  };
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => !isVisited(path))).toEqual([]);
});

/** What is wrong on the pages in a language: most of the time is spent waiting, so all languages are looked at side by side. */
async function faultsIn(lang: string): Promise<string[]> {
  const page = await open(`/?lang=${lang}`);
  const faults: string[] = [];
  for (const name of names) {
    await visit(page, routes[name] ?? "");
    const { texts, cut } = await lookOver(page);
    const left = lang === "de" ? texts.filter((text) => english.has(text)) : [];
    const raw = texts.filter((text) => /##|(^|[^{])\{\w+\}([^}]|$)|<\/?\w+>/.test(text));
    faults.push(
      ...left.map((text) => `${lang}, ${name}, in English: ${text}`),
      ...raw.map((text) => `${lang}, ${name}, raw: ${text}`),
      ...cut.map((text) => `${lang}, ${name}, cut: ${text}`),
    );
    // Longer words need room on a phone too.
    await page.setViewportSize({ width: 360, height: 740 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 360) faults.push(`${lang}, ${name}, is ${width} wide`);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  return faults;
}

test("40: the language is changed in place, kept for other browsers, and chosen by the browser's own", async () => {
  const page = await open("/executions?lang=qps");
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Ausführungen", level: 1 }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  expect(new URL(page.url()).pathname).toBe("/ui/executions");
  const other = await open("/flows");
  await other.getByRole("button", { name: "Importieren" }).waitFor();
  await visit(other, "/profile");
  await other.getByLabel("Sprache").selectOption("");
  await other.getByRole("heading", { name: "Preferences" }).waitFor();
  const kept = await api<{ look: { language: string } }>("/me/preferences");
  expect(kept.look.language).toBe("");
});

test("40: all times are in the chosen zone, as the language writes them", async () => {
  const page = await open("/?lang=de");
  await page.evaluate((zone) => localStorage.setItem("tiercel.zone", zone), ZONE);
  await page.goto(page.url());
  await page.getByText(ZONE).first().waitFor();
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("de-DE", { timeZone: ZONE, ...options });
  const clock = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  for (const address of ["/", "/executions", "/logs", "/flows"]) {
    await visit(page, address);
    await page.locator("main time[datetime]:visible").first().waitFor();
    const times = await page
      .locator("main time[datetime]:visible")
      .evaluateAll((all) =>
        all.map((one) => [one.getAttribute("datetime") ?? "", (one as HTMLElement).innerText] as const),
      );
    const today = format({ dateStyle: "short" });
    for (const [iso, shown] of times.filter(([iso]) => today.format(new Date(iso)) === today.format(new Date())))
      expect(shown.slice(0, 8), `${address} ${iso}`).toBe(clock.format(new Date(iso)));
  }
  await visit(page, "/triggers");
  // Daily at 04:00 UTC, which is nine hours later there: of today without its day, of another without seconds.
  const next = new Date();
  next.setUTCHours(next.getUTCHours() < 4 ? 4 : 28, 0, 0, 0);
  const date = format({ dateStyle: "short" });
  const isToday = date.format(next) === date.format(new Date());
  const shown = isToday ? "13:00:00" : `${format({ day: "numeric", month: "short" }).format(next)} 13:00`;
  await page.getByText(shown, { exact: true }).first().waitFor();
  const hours = await page.locator(".planned tbody tr").nth(3).locator("td").allInnerTexts();
  expect(
    hours
      .slice(0, 24)
      .map((count) => count.trim())
      .indexOf("1"),
  ).toBe(13);
});

test("40: nothing moves for who asked for less motion", async () => {
  const page = await open("/executions");
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { id } = await api<{ id: string }>("/executions/test/slow", { method: "POST" });
  for (const address of [`/executions/test/slow/${id}`, "/executions", "/", "/flows?run=test%2Fasking", failed]) {
    await visit(page, address);
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ playState, effect }) => playState === "running" && Number(effect?.getComputedTiming().duration) > 0)
        .map((one) => `${(one as CSSAnimation).animationName ?? (one as CSSTransition).transitionProperty}`),
    );
    expect(moving, address).toEqual([]);
  }
});

/** Goes to another page as a link does, so that the pages are loaded once, and waits until it is whole. */
async function visit(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    window.history.pushState({}, "", `/ui${to}`);
    window.dispatchEvent(new PopStateEvent("popstate"));
  }, address);
  const isWhole = () => document.querySelector(".page-state[role=status], .skeleton") === null;
  await page.waitForFunction(isWhole, undefined, { polling: 100, timeout: 60_000 });
  await page.evaluate(
    (quietMs) =>
      new Promise<void>((resolve) => {
        let timer = window.setTimeout(done, quietMs);
        const observer = new MutationObserver(() => {
          window.clearTimeout(timer);
          timer = window.setTimeout(done, quietMs);
        });
        observer.observe(document.body, { subtree: true, childList: true });
        function done(): void {
          observer.disconnect();
          resolve();
        }
      }),
    QUIET_MS,
  );
}

/**
 * What is seen or read out, apart from code and what people wrote; and labels with less room than they need: heads of tables, buttons, tabs,
 * states and what leads from page to page.
 */
function lookOver(page: Page): Promise<{ texts: string[]; cut: string[] }> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (textContent?.trim() && !parentElement?.closest("script, style, pre, code, [lang], .cm-editor, .log"))
        texts.push(textContent.trim());
    }
    for (const element of document.querySelectorAll("[title], [aria-label], [placeholder]"))
      for (const name of ["title", "aria-label", "placeholder"]) {
        const value = element.getAttribute(name)?.trim();
        if (value) texts.push(value);
      }
    const labels = document.querySelectorAll<HTMLElement>(
      "th, button, .btn, .tab, .rail__item, .rail .t, nav a, .state",
    );
    const cut = [...labels]
      .filter((element) => element.offsetParent !== null && element.clientWidth > 1 && !element.closest(".cut, .sr"))
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => `${element.innerText || element.getAttribute("aria-label")} <${element.className}>`);
    return { texts, cut };
  });
}
