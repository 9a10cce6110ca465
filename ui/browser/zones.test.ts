import { expect, test } from "vitest";
import { stage } from "./stage";

const FLOW = `id: zoned
namespace: zones
tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: Hello
triggers:
  - id: at_two
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 2 * * *"
    timezone: UTC
`;
const AHEAD_MS = 9 * 3_600_000;
const MINUTES_2 = 120_000;

const { open, save } = await stage();

test("40: planned runs and backfills follow the zone that was chosen, not that of the browser", async () => {
  await save(FLOW);
  const first = await open("/profile");
  await first.evaluate(() => localStorage.setItem("tiercel.zone", "Asia/Tokyo"));
  const page = await open("/triggers?namespace=zones&trigger=zones/zoned/at_two", { context: first.context() });
  const calendar = page.getByRole("region", { name: "Calendar of planned runs" });
  const tomorrow = calendar.getByRole("row").nth(2);
  await expect.poll(() => tomorrow.getByRole("cell").nth(11).innerText()).toBe("1");
  expect(await tomorrow.getByRole("cell").nth(2).innerText()).toBe("");

  const panel = page.getByRole("complementary", { name: "Trigger at_two" });
  await panel.getByRole("button", { name: "Backfill" }).click();
  const dialog = page.getByRole("dialog");
  const now = Date.parse(`${await dialog.getByLabel("To").inputValue()}Z`);
  expect(Math.abs(now - (Date.now() + AHEAD_MS))).toBeLessThan(MINUTES_2);
  await dialog.getByText("Times in Asia/Tokyo").waitFor();
  await dialog.getByLabel("From").fill("2026-01-05T10:30");
  await dialog.getByLabel("To").fill("2026-01-05T11:30");
  await dialog.getByText("This starts 1 execution.").waitFor();
  await dialog.getByText("11:00").waitFor();
});
