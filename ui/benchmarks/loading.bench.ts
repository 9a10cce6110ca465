import { beforeAll, test } from "vitest";
import { quick } from "../browser/flows";
import { copyExecution } from "../browser/python";
import { stage } from "../browser/stage";
import { settled } from "../browser/whole";
import { note, repeated } from "./figures";

const { open, save, api, origin } = await stage();
const SLOWED = 4;
const TIMES = 5;

beforeAll(async () => {
  await save(quick("quick"));
  const { id } = await api<{ id: string }>("/executions/test/quick?wait=true", { method: "POST" });
  copyExecution(id, 1_000);
});

/** When the first page shows something first, in milliseconds, on a processor that is made so many times slower. */
async function firstPaint(slowed: number): Promise<number> {
  const page = await open("/nowhere");
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowed });
  await page.goto(`${origin}/ui/`, { waitUntil: "commit" });
  const at = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const first = list.getEntriesByName("first-contentful-paint")[0];
          if (first) resolve(first.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
  await page.context().close();
  return at;
}

async function largestPaint(): Promise<number> {
  const page = await open("/");
  await page.getByText("quick").first().waitFor();
  await settled(page);
  const at = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
          type: "largest-contentful-paint",
          buffered: true,
        });
      }),
  );
  await page.context().close();
  return at;
}

test("2: the first page", async () => {
  const first = await repeated(TIMES, () => firstPaint(SLOWED));
  note({ what: "first page, first paint, processor slowed 4x", unit: "ms", values: first, share: 0.5, budget: 500 });
  const largest = await repeated(TIMES, largestPaint);
  note({ what: "first page, 1,000 runs, largest paint", unit: "ms", values: largest, share: 0.5, budget: 1_500 });
});
