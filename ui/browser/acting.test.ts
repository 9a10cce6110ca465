import { expect, test } from "vitest";
import { stage } from "./stage";
import { violationsOf } from "./whole";

const { open, save, api } = await stage();

const TOLD = `id: told
namespace: acting
labels:
  team: data
inputs:
  - id: count
    type: INT
    defaults: 1
  - id: day
    type: DATE
    required: false
tasks:
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: "{{ inputs.count }}"
  - id: second
    type: io.kestra.plugin.core.log.Log
    message: second
`;
const ONE_AT_A_TIME = `id: single
namespace: acting
concurrency:
  limit: 1
tasks:
  - id: hold
    type: io.kestra.plugin.core.flow.Pause
`;

interface Started {
  id: string;
}

async function until(id: string, state: string): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    const found = await api<{ state: { current: string } }>(`/executions/${id}`);
    if (found.state.current === state) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${id} is not ${state}`);
}

test("31: an execution is started again with changes, from what it was started with", async () => {
  await save(TOLD);
  const body = new FormData();
  body.append("count", "7");
  body.append("day", "2026-02-03");
  const { id } = await api<Started>("/executions/acting/told?wait=true&labels=run:first", { method: "POST", body });
  const page = await open(`/executions/acting/told/${id}`);
  await page.getByRole("button", { name: "All actions" }).click();
  await page.getByRole("menuitem", { name: "Run with changes" }).click();
  const dialog = page.getByRole("dialog", { name: "Run told" });
  expect(await dialog.getByLabel(/^count/).inputValue()).toBe("7");
  expect(await dialog.getByLabel(/^day/).inputValue()).toBe("2026-02-03");
  expect(await dialog.getByLabel("Labels").inputValue()).toBe("run:first");
  await dialog.getByLabel(/^count/).fill("8");
  await dialog.getByRole("button", { name: /^Run/ }).click();
  await page.waitForURL((url) => url.pathname.includes("/executions/acting/told/") && !url.pathname.endsWith(id));
  const again = page.url().split("/").at(-1)?.split("?")[0] ?? "";
  const found = await api<{ inputs: object; labels: { key: string; value: string }[] }>(`/executions/${again}`);
  expect(found.inputs).toMatchObject({ count: 8, day: "2026-02-03" });
  const own = found.labels.filter(({ key }) => !key.startsWith("system."));
  expect(own.map(({ key, value }) => `${key}:${value}`).sort()).toEqual(["run:first", "team:data"]);
});

test("31: what stands at a breakpoint is resumed, and each action on a task says why it is not possible", async () => {
  await save(TOLD);
  const { id } = await api<Started>("/executions/acting/told?breakpoints=second", { method: "POST" });
  await until(id, "BREAKPOINT");
  const page = await open(`/executions/acting/told/${id}`);
  await page.getByRole("row", { name: /first/ }).first().click();
  const inspector = page.getByRole("complementary").filter({ hasText: "Replay from here" });
  await inspector.getByText("It can be replayed once the execution has ended.").waitFor();
  await inspector.getByText("The state of a task can be set once the execution has ended.").waitFor();
  const replay = inspector.getByRole("button", { name: "Replay from here" });
  expect(await replay.getAttribute("aria-disabled")).toBe("true");
  await replay.click({ force: true });
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await until(id, "SUCCESS");
  await inspector.getByText("It can be replayed once the execution has ended.").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "All actions" }).click();
  await page.getByText("Nothing in it has failed, so there is nothing to begin again from.").waitFor();
});

test("system: what waits for a slot is listed with what for, and can be let in", async () => {
  await save(ONE_AT_A_TIME);
  const holder = await api<Started>("/executions/acting/single", { method: "POST" });
  await until(holder.id, "PAUSED");
  const waiter = await api<Started>("/executions/acting/single", { method: "POST" });
  await until(waiter.id, "QUEUED");
  const page = await open("/system?tab=limits");
  const list = page.getByRole("region", { name: "Executions that wait" });
  await list.getByText(/1 of 1 slots? /).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await list.getByRole("button", { name: "Let it start" }).click();
  await list.getByText("No execution waits for a slot.").waitFor();
  await until(waiter.id, "PAUSED");
});

test("triggers: many are switched off and on together, and so are their backfills", async () => {
  for (const id of ["one", "two"]) {
    await save(`id: ${id}
namespace: acting.many
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}
triggers:
  - {id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
`);
  }
  const page = await open("/triggers?namespace=acting.many");
  await page.getByRole("checkbox", { name: "Select all triggers shown" }).check();
  const bar = page.getByRole("region", { name: "Selection" });
  await bar.getByText("2 triggers").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await bar.getByRole("button", { name: "Disable" }).click();
  await page.getByText("2 triggers are changed").waitFor();
  const off = () => page.getByRole("switch", { checked: false }).count();
  await expect.poll(off).toBe(2);
  await page.getByRole("checkbox", { name: "Select two / yearly" }).uncheck();
  await bar.getByRole("button", { name: "Enable" }).click();
  await expect.poll(off).toBe(1);
  await bar.getByRole("button", { name: "Clear" }).click();
  await bar.waitFor({ state: "detached" });
});
