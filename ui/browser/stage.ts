import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Served, serve } from "./server";
import { watch } from "./whole";

const PATIENCE_MS = 60_000;
const YAML = { "content-type": "application/x-yaml" };

export interface Stage {
  origin: string;
  /** A new visitor's page; what it asks of other hosts and says on the console is noted. */
  open: (path: string, options?: Visit) => Promise<Page>;
  complaints: string[];
  save: (source: string) => Promise<void>;
  source: (id: string) => Promise<string>;
  api: <Shape>(path: string, init?: RequestInit) => Promise<Shape>;
}

export interface Visit {
  theme?: "light" | "dark";
  width?: number;
  height?: number;
  context?: BrowserContext;
  /** In the window that the tests of the file share: what was loaded once is there, and so is what was chosen in it. */
  isShared?: boolean;
  /** What listens to the page from its beginning on. */
  prepare?: (page: Page) => void;
}

let own: Served | undefined;

/** The server of the file whose tests run in this process. */
export function served(): Served {
  if (!own) throw new Error("The stage is not there yet");
  return own;
}

/** A browser for the tests of a file, and an installation that no other file has seen. */
export async function stage(): Promise<Stage> {
  own ??= await serve();
  const { origin, stop } = own;
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  const pages: Page[] = [];
  let browser: Browser;
  let common: BrowserContext | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
  });
  afterEach(async () => {
    await Promise.all([...contexts.splice(0), ...pages.splice(0)].map((one) => one.close()));
  });
  afterAll(async () => {
    await browser.close();
    await stop();
  });
  const api = async <Shape>(path: string, init?: RequestInit): Promise<Shape> => {
    const response = await fetch(`${origin}/api/v1/main${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Shape;
  };
  return {
    origin,
    complaints,
    api,
    open: async (path, { theme = "light", width = 1440, height = 900, context, isShared = false, prepare } = {}) => {
      const fresh = () =>
        browser.newContext({ viewport: { width, height }, permissions: ["clipboard-read", "clipboard-write"] });
      if (isShared) common ??= await fresh();
      const own = context ?? (isShared ? common : undefined) ?? (await fresh());
      if (!context && own !== common) contexts.push(own);
      own.setDefaultTimeout(PATIENCE_MS);
      const page = await own.newPage();
      if (own === common) {
        pages.push(page);
        await page.setViewportSize({ width, height });
      }
      await page.addInitScript((name) => localStorage.setItem("tiercel.theme", name), theme);
      watch(page);
      page.on("console", (message) => message.type() === "error" && complaints.push(`${path}: ${message.text()}`));
      page.on("pageerror", (error) => complaints.push(`${path}: ${error.message}`));
      page.on(
        "request",
        (request) => !request.url().startsWith(origin) && complaints.push(`${path}: ${request.url()}`),
      );
      prepare?.(page);
      await page.goto(`${origin}/ui${path}`);
      await page.locator("h1").first().waitFor();
      return page;
    },
    save: async (source) => {
      const { namespace, id } = keyOf(source);
      const known = await fetch(`${origin}/api/v1/main/flows/${namespace}/${id}`);
      await api(known.ok ? `/flows/${namespace}/${id}` : "/flows", {
        method: known.ok ? "PUT" : "POST",
        body: source,
        headers: YAML,
      });
    },
    source: async (id) => (await api<{ source: string }>(`/flows/test/${id}?source=true`)).source,
  };
}

function keyOf(source: string): { namespace: string; id: string } {
  const value = (key: string): string => new RegExp(`^${key}: *(\\S+)`, "m").exec(source)?.[1] ?? "";
  return { namespace: value("namespace"), id: value("id") };
}
