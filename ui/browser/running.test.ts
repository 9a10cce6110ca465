import { expect, test } from "vitest";
import { FAILING, PAUSING, SLOW } from "./flows";
import { stage } from "./stage";
import { settled } from "./whole";

const { open, save, api } = await stage();

interface Run {
  id: string;
  state: { current: string };
}

async function ended(id: string): Promise<string> {
  for (;;) {
    const { state } = await api<Run>(`/executions/${id}`);
    if (["SUCCESS", "FAILED"].includes(state.current)) return state.current;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("27: a run is seen from its start to its end without a reload", async () => {
  await save(SLOW);
  const page = await open("/flows?namespace=test");
  await page.getByRole("button", { name: "Run slow" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Run/ }).click();
  await page.waitForURL(/executions\/test\/slow/);
  await page.locator(".head .state").getByText("Running").waitFor();
  await page.locator(".gantt tr", { hasText: "two" }).getByText("Running").waitFor();
  await page.locator(".head .state").getByText("Success").waitFor();
  expect(await page.locator(".gantt tbody tr").count()).toBe(3);
  await page.locator(".tabs").getByRole("link", { name: /^Logs/ }).click();
  await page.getByText("ends").waitFor();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const lines = await api<unknown[]>(`/logs/${id}`);
  expect(await page.locator(".log__line").count()).toBe(lines.length);
  await page.locator(".tabs").getByRole("link", { name: "Graph" }).click();
  await page.locator('button.node[aria-label*="three"][aria-label*="Success"]').waitFor();
});

test("30: a failure is told without scrolling, and restarts from its task", async () => {
  await save(FAILING);
  const { id } = await api<Run>("/executions/test/failing", { method: "POST" });
  expect(await ended(id)).toBe("FAILED");
  const page = await open(`/executions/test/failing/${id}`);
  const card = page.locator(".fail");
  await card.getByText("the totals differ").waitFor();
  await card.getByText("breaks").waitFor();
  const box = await card.boundingBox();
  expect((box?.y ?? 9_999) + (box?.height ?? 0)).toBeLessThan(900);
  await card.getByRole("button", { name: "Restart from here" }).click();
  await page.getByText("Restarted from what failed").waitFor();
  expect(await ended(id)).toBe("FAILED");
  const lines = await api<{ message: string }[]>(`/logs/${id}`);
  expect(lines.filter(({ message }) => message === "still fine")).toHaveLength(1);
});

test("31: a pause is resumed with its inputs, and a run replayed from one of its tasks", async () => {
  await save(PAUSING);
  const { id } = await api<Run>("/executions/test/pausing", { method: "POST" });
  const page = await open(`/executions/test/pausing/${id}`);
  await page.locator(".head .state").getByText("Paused").waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  const dialog = page.getByRole("dialog");
  await settled(page);
  const isChecked = page.waitForResponse((response) => response.url().endsWith("/resume/validate"));
  await dialog.getByLabel("reason").fill("looks right");
  await isChecked;
  await settled(page);
  await dialog.getByRole("button", { name: "Resume" }).click();
  await page.locator(".head .state").getByText("Success").waitFor();
  const { taskRunList } = await api<{ taskRunList: { taskId: string; outputs?: { value?: string } }[] }>(
    `/executions/${id}`,
  );
  expect(taskRunList.find(({ taskId }) => taskId === "go_on")?.outputs?.value).toBe("looks right 3");
  await page.getByRole("button", { name: "go_on" }).click();
  await page.getByRole("button", { name: "Replay from here" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(id));
  await page.getByText("replay of").waitFor();
});
