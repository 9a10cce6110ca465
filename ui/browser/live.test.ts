import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { stage } from "./stage";
import { violationsOf } from "./whole";

const { open, save, api, origin } = await stage();

const SAYS = `id: says
namespace: live
inputs:
  - id: text
    type: STRING
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "said {{ inputs.text }}"
`;
const FAILS = `id: fails
namespace: live
tasks:
  - id: breaks
    type: io.kestra.plugin.core.execution.Fail
`;

async function say(text: string): Promise<void> {
  const body = new FormData();
  body.append("text", text);
  await api("/executions/live/says?wait=true", { method: "POST", body });
}

test("lines of all executions come by themselves, are held on demand and when read further down", async () => {
  await save(SAYS);
  await say("first");
  const page = await open("/logs?namespace=live&q=said");
  await page.getByText("said first").waitFor();
  await say("second");
  await page.getByText("said second").waitFor();
  const lines = page.locator(".log__msg");
  expect((await lines.allInnerTexts()).slice(0, 2)).toEqual(["said second", "said first"]);

  await page.getByRole("button", { name: "Pause" }).click();
  await say("third");
  await say("fourth");
  const more = page.getByRole("button", { name: "2 new lines" });
  await more.waitFor();
  expect(await lines.first().innerText()).toBe("said second");
  expect(await violationsOf(page)).toEqual([]);
  await more.click();
  await page.getByText("said fourth").waitFor();
  expect((await lines.allInnerTexts()).slice(0, 3)).toEqual(["said fourth", "said third", "said second"]);

  await page.locator(".tools").getByLabel("Level").selectOption("WARN");
  await page.getByText("No line matches these filters").waitFor();
  await page.locator(".tools").getByLabel("Level").selectOption("");
  await page.getByText("said first").waitFor();
  expect(await page.getByText("said first").count()).toBe(1);
});

test("lines are counted by level and time, a bar narrows to its stretch, and colours of terminals are shown", async () => {
  await save(SAYS.replace("id: says", "id: shades").replace("said {{ inputs.text }}", "{{ inputs.text }}"));
  const body = new FormData();
  body.append("text", "all \u001b[31mred\u001b[0m here");
  const { id } = await api<{ id: string }>("/executions/live/shades?wait=true", { method: "POST", body });
  const page = await open("/logs?namespace=live&flow=shades&range=PT1H");
  const levels = page.getByRole("group", { name: "Lines by level" });
  await levels.getByRole("button", { name: "INFO 1" }).waitFor();
  expect(await page.locator(".log__msg").innerText()).toBe("all red here");
  expect(await page.locator(".log__msg .failed").innerText()).toBe("red");
  const [text] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  expect(await readFile(await text.path(), "utf8")).toMatch(/^\S+Z INFO live\.shades say all red here\n$/);
  await levels.getByRole("button", { name: "ERROR 0" }).click();
  await page.getByText("No line matches these filters").waitFor();
  await levels.getByRole("button", { name: "ERROR 0" }).click();
  const bar = page.getByRole("button", { name: /^1 line at / });
  await bar.focus();
  await page.keyboard.press("Enter");
  await page.getByText("all red here").waitFor();
  await expect.poll(() => new URL(page.url()).searchParams.get("from")).toMatch(/T.*:00Z$/);
  expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0);
  await page.getByRole("button", { name: "Remove the time filter" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await page.goto(`${origin}/ui/executions/live/shades/${id}?tab=logs`);
  const [kept] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(kept.suggestedFilename()).toBe(`${id}.log`);
});

test("a line that is no match is not told of, and one of many is held while older ones are read", async () => {
  await save(SAYS);
  await Promise.all(Array.from({ length: 40 }, (_, index) => say(`many ${index}`)));
  const page = await open("/logs?namespace=live&q=said");
  const list = page.getByRole("log");
  await page.getByText("said many").first().waitFor();
  await list.evaluate((element) => element.scrollTo(0, 400));
  await say("beyond");
  await page.getByRole("button", { name: "1 new line" }).click();
  await page.getByText("said beyond").waitFor();
  expect(await list.evaluate((element) => element.scrollTop)).toBe(0);
});

test("notifications are counted as they come", async () => {
  await save(FAILS);
  const page = await open("/flows");
  await page.getByRole("heading", { name: "Flows" }).waitFor();
  const unread = async (): Promise<number> => {
    const found = await fetch(`${origin}/api/v1/notifications/unread-count`);
    return (await found.json()) as number;
  };
  await fetch(`${origin}/api/v1/notifications/read-all`, { method: "POST" });
  await page.locator(".rail__count").waitFor({ state: "detached" });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await api("/executions/live/fails?wait=true", { method: "POST" });
  await page.getByRole("button", { name: /Notifications.*1 not read/s }).waitFor();
  expect(await unread()).toBe(1);
  expect(asked.filter((path) => path.endsWith("unread-count")).length).toBeLessThanOrEqual(2);
});

test("18: a save by somebody else is told at once, and is taken or brought together", async () => {
  await save(SAYS);
  const page = await open("/flows/edit/live/says");
  await page.locator(".cm-content").getByText("namespace").waitFor();
  await page.locator(".chip", { hasText: "rev" }).waitFor();
  await save(`${SAYS}# theirs\n`);
  const notice = page.getByRole("status").filter({ hasText: /was saved elsewhere|saved revision/ });
  await notice.waitFor();
  await page.getByRole("button", { name: "Show it" }).click();
  await page.locator(".cm-content").getByText("# theirs").waitFor();
  await notice.waitFor({ state: "detached" });
  expect(await page.getByText("not saved").count()).toBe(0);

  await page.locator(".cm-line", { hasText: "id: says" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" # mine");
  await page.getByText("not saved").waitFor();
  await save(`${SAYS}# theirs again\n`);
  await page.getByRole("button", { name: "Bring both together" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Both changes fit together.").waitFor();
  await dialog.getByRole("button", { name: "Take the merged text" }).click();
  await page.locator(".cm-content").getByText("# theirs again").waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText("not saved").waitFor({ state: "detached" });
  const { source } = await api<{ source: string }>("/flows/live/says?source=true");
  expect(source).toBe(`${SAYS.replace("id: says", "id: says # mine")}# theirs again\n`);
});

test("the pages of a flow lead to one another, and the lines of a flow alone are listed", async () => {
  await save(SAYS);
  await save(FAILS);
  await say("of one flow");
  await api("/executions/live/fails?wait=true", { method: "POST" });
  const page = await open("/flows/edit/live/says/overview");
  const tabs = page.getByRole("navigation", { name: "Pages of the flow" });
  await tabs.getByRole("link", { name: "Revisions" }).click();
  await page.waitForURL(/says\/revisions/);
  await tabs.getByRole("link", { name: "Dependencies" }).click();
  await page.waitForURL(/says\/dependencies/);
  await tabs.locator('[aria-current="page"]', { hasText: "Dependencies" }).waitFor();
  await tabs.getByRole("link", { name: "Logs" }).click();
  await page.getByText("said of one flow").first().waitFor();
  expect(await page.locator(".log__task", { hasText: "fails" }).count()).toBe(0);
  await page.getByRole("button", { name: "Remove the flow filter" }).click();
  await page.locator(".log__task", { hasText: "fails" }).first().waitFor();
  await page.goto(`${origin}/ui/flows/edit/live/says/overview`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("dialog", { name: "Run says" }).waitFor();
});

test("the overview of a flow tells what it is and leaves; it is copied and deleted from there and from the editor", async () => {
  const source = SAYS.replace("id: says", "id: measured # by hand\ndescription: Measures what it is told");
  await save(`${source}  - id: kept\n    type: io.kestra.plugin.core.debug.Return\n    format: "{{ inputs.text }}"\n`);
  const body = new FormData();
  body.append("text", "seven");
  await api("/executions/live/measured?wait=true", { method: "POST", body });
  const page = await open("/flows/edit/live/measured/overview");
  await page.getByRole("region", { name: "About the flow" }).getByText("Measures what it is told").waitFor();
  await page.getByRole("region", { name: "About the flow" }).getByText("Success").waitFor();
  const metrics = page.getByRole("region", { name: "Metrics" });
  await metrics.getByLabel("Metric").selectOption("length");
  await metrics.getByText("length, up to 5").waitFor();
  await metrics.getByLabel("Task").selectOption("kept");
  await metrics.getByRole("listitem").filter({ hasText: ": 5" }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  const menu = page.getByRole("button", { name: "More about the flow" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Copy into a new flow" }).click();
  await page.locator(".cm-line", { hasText: /^id: measured_copy # by hand$/ }).waitFor();
  await page.goto(`${origin}/ui/flows/edit/live/measured`);
  await menu.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the flow" }).click();
  await page.waitForURL(/\/ui\/flows$/);
  expect((await fetch(`${origin}/api/v1/main/flows/live/measured`)).status).toBe(404);
});
