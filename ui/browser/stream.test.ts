import { createServer, type Server, Socket } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stage } from "./stage";
import { settled } from "./whole";

const { origin, open, save, api } = await stage();

interface Run {
  id: string;
  state: { current: string };
}

const COUNTING = (id: string, seconds: number): string => `id: ${id}
namespace: test
tasks:
  - id: begin
    type: io.kestra.plugin.core.log.Log
    message: begins
  - id: count
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, ${seconds}) }}"
    concurrencyLimit: 1
    tasks:
      - id: say
        type: io.kestra.plugin.core.log.Log
        message: "line {{ taskrun.value }} of {{ execution.id }}"
      - id: wait
        type: io.kestra.plugin.core.flow.Sleep
        duration: PT1S
`;

const WAITING = `id: waiting
namespace: test
inputs:
  - id: minutes
    type: INT
    defaults: 5
tasks:
  - id: wait
    type: io.kestra.plugin.core.flow.Sleep
    duration: "PT{{ inputs.minutes }}M"
`;

/** A way to the server that can be cut and mended. */
class Cable {
  isCut = false;
  readonly #ends = new Set<Socket>();
  readonly #server: Server;

  constructor(port: number) {
    this.#server = createServer((near) => {
      if (this.isCut) {
        near.resetAndDestroy();
        return;
      }
      const far = new Socket().connect(port, "localhost");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#ends.add(one);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.on("close", () => {
          this.#ends.delete(one);
          other.destroy();
        });
      }
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "localhost", resolve));
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://localhost:${address.port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const end of this.#ends) end.resetAndDestroy();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

const cable = new Cable(Number(new URL(origin).port));
let far = "";
beforeAll(async () => {
  far = await cable.open();
});
afterAll(() => cable.close());

const start = (flow: string): Promise<Run> => api<Run>(`/executions/test/${flow}`, { method: "POST" });

const kill = (id: string): Promise<unknown> => api(`/executions/${id}/actions/kill`, { method: "DELETE" });

/** Waits for a while of the page: what its own timers were to do in it has been done, however slow the machine is. */
async function passed(page: Page, millis: number): Promise<void> {
  await page.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), millis);
  await settled(page);
}

/** What stands in the head of an execution, each time it changes. */
async function watchState(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = (): void => {
      const text = document.querySelector(".head .state")?.textContent ?? "";
      if (text && seen.at(-1) !== text) seen.push(text);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
}

test("7: eight tabs on running executions leave a connection for a ninth page, and all are live", async () => {
  await save(WAITING);
  const runs = await Promise.all(Array.from({ length: 8 }, () => start("waiting")));
  const first = await open(`/executions/test/waiting/${runs[0]?.id}`);
  const context = first.context();
  const tabs = [first];
  for (const { id } of runs.slice(1)) tabs.push(await open(`/executions/test/waiting/${id}`, { context }));
  for (const tab of tabs) await tab.locator(".head .state").getByText("Running").waitFor();
  const ninth = await open("/executions?namespace=test", { context });
  await ninth.locator("tbody tr").first().waitFor();
  await Promise.all(runs.map(({ id }) => kill(id)));
  for (const tab of tabs) await tab.locator(".head .state").getByText("Killed").waitFor();
  await ninth.waitForFunction(
    (count) =>
      [...document.querySelectorAll("tbody tr .state")].filter((one) => /Killed/.test(one.textContent)).length >= count,
    8,
  );
});

test("28: the network is cut for ten seconds in mid-run: it is said, mended, and no line is lost or doubled", async () => {
  await save(COUNTING("counting", 20));
  const page = await open("/flows");
  const { id } = await start("counting");
  await page.goto(`${far}/ui/executions/test/counting/${id}?tab=logs`);
  await page.locator(".head .state").getByText("Running").waitFor();
  await page.locator(".log__line", { hasText: "line 3 of" }).waitFor();
  const states = await watchState(page);
  cable.cut();
  await page.getByText("The connection is lost").waitFor();
  await page.waitForTimeout(10_000); // the length of the cut is what is tested
  const shown = await page.locator(".log__line").count();
  expect(shown).toBeGreaterThan(3);
  cable.mend();
  await page.getByText("The connection is lost").waitFor({ state: "detached" });
  await expect.poll(() => page.locator(".log__line").count()).toBeGreaterThan(shown + 5);
  await page.locator(".head .state").getByText("Success").waitFor();
  const lines = await api<{ message: string }[]>(`/logs/${id}`);
  expect(lines.filter(({ message }) => message.startsWith("line "))).toHaveLength(20);
  await expect.poll(() => page.locator(".log__line").count()).toBe(lines.length);
  const texts = await page.locator(".log__line").allInnerTexts();
  for (const [place, { message }] of lines.entries()) expect(texts[place]).toContain(message);
  expect((await states()).map((text) => /Running|Success/.exec(text)?.[0])).toEqual(["Running", "Success"]);
  await fetch(`${origin}/api/v1/main/executions/${id}`, { method: "DELETE" }); // others count what succeeded
});

test("lists change by themselves: rows, their states and what is new", async () => {
  await save(WAITING);
  const page = await open("/executions?namespace=test&q=waiting");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  const { id } = await start("waiting");
  const row = page.locator("tbody tr", { hasText: id.slice(0, 8) });
  await row.getByText("Running").waitFor();
  await kill(id);
  await row.getByText("Killed").waitFor();
  await passed(page, 2_000); // crowds of changes are read again once, a moment later
  asked.length = 0;
  await passed(page, 6_000); // it would have asked again and again
  expect(asked.filter((path) => path.endsWith("/executions/search"))).toEqual([]);
});

test("without shared workers one tab serves the others, and another takes over when it is closed", async () => {
  await save(WAITING);
  const { id } = await start("waiting");
  const first = await open("/flows");
  const context = first.context();
  await context.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));
  await first.goto(`${origin}/ui/executions/test/waiting/${id}`);
  await first.locator(".head .state").getByText("Running").waitFor();
  const streams: string[] = [];
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith("/main/events")) streams.push(request.frame().page() === first ? "first" : "second");
  });
  const second = await open("/executions?namespace=test&q=waiting", { context });
  const row = second.locator("tbody tr", { hasText: id.slice(0, 8) });
  await row.getByText("Running").waitFor();
  await expect.poll(() => streams).toEqual(["first"]); // with the topics of both
  await first.close();
  await expect.poll(() => streams).toEqual(["first", "second"]);
  await kill(id);
  await row.getByText("Killed").waitFor();
});
