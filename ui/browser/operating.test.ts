import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { LIMITED, LOOPING, NAPPING, PARENT, PAUSING, RAN } from "./operatingFlows";
import { python } from "./python";
import { stage } from "./stage";

const { open, save, api } = await stage();

interface Run {
  id: string;
  state: { current: string };
  labels: { key: string; value: string }[];
  inputs?: Record<string, unknown>;
  taskRunList: { id: string; taskId: string; iteration?: number; outputs?: Record<string, string> }[];
}

const get = (id: string): Promise<Run> => api<Run>(`/executions/${id}`);
const start = (flow: string, isWaiting = true): Promise<Run> =>
  api<Run>(`/executions/test/${flow}${isWaiting ? "?wait=true" : ""}`, { method: "POST" });
const pageOf = (flow: string, id: string, more = ""): Promise<Page> => open(`/executions/test/${flow}/${id}${more}`);
const state = (page: Page, word: string) => page.locator(".head .state").getByText(word).waitFor();

async function reaches(id: string, ...states: string[]): Promise<string> {
  await expect.poll(async () => states.includes((await get(id)).state.current)).toBe(true);
  return (await get(id)).state.current;
}

async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "All actions" }).click();
  await page.getByRole("menuitem", { name: action }).first().click();
}

test("29: iteration 617 of a loop of a thousand is reached in two actions", async () => {
  await save(LOOPING);
  const { id } = await start("looping");
  const page = await pageOf("looping", id);
  await page.getByText("1,000 iterations").waitFor();
  expect(await page.locator(".gantt tbody tr").count()).toBeLessThan(12);
  await page.getByRole("button", { name: "First failure" }).click();
  const inspector = page.getByRole("complementary", { name: "Task run check" });
  await inspector.getByText("617", { exact: true }).first().waitFor();
  await inspector.getByText("number 617 cannot be handled").waitFor();
  await page.getByRole("button", { name: "give", exact: true }).click();
  await page.getByRole("complementary", { name: "Task run give" }).getByText("handled 617").first().waitFor();
  await page.getByLabel("Iteration of each to go to").fill("1000");
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await page.getByText("handled 1000").first().waitFor();
  const slider = page.getByRole("slider", { name: /Iterations of each/ });
  await slider.press("ArrowLeft");
  await page.getByText("handled 999").first().waitFor();
});

test("31: what an execution can be told is done from its page, and refused with a reason", async () => {
  await save(NAPPING);
  const napping = await start("napping", false);
  await reaches(napping.id, "RUNNING");
  const page = await pageOf("napping", napping.id);
  await page.getByRole("button", { name: "All actions" }).click();
  const refused = page.getByRole("menuitem", { name: "Delete" });
  await refused.getByText("It can be deleted once it has ended").waitFor();
  expect(await refused.getAttribute("aria-disabled")).toBe("true");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText(/pauses as soon as|It was paused by hand/).waitFor();
  await page.getByRole("button", { name: "Kill" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Kill it" }).click();
  await state(page, "Killed");
  await page.getByRole("button", { name: "All actions" }).click();
  await page.getByRole("menuitem", { name: "Change state" }).getByText("What was killed stays killed.").waitFor();
});

test("31: the state, the labels and the inputs of what has ended are changed, and it is deleted", async () => {
  await save(RAN);
  const { id } = await start("ran");
  const page = await pageOf("ran", id);
  await choose(page, "Change state");
  await page.getByRole("radio", { name: "Failed" }).check();
  await page.getByRole("button", { name: "Change the state" }).click();
  await state(page, "Failed");
  await choose(page, "Set labels");
  await page.getByLabel("Key of label 1").fill("team");
  await page.getByLabel("Value of label 1").fill("data");
  await page.getByRole("button", { name: "Set the labels" }).click();
  await page.locator(".meta").getByText("data").waitFor();
  expect((await get(id)).labels).toContainEqual({ key: "team", value: "data" });
  await choose(page, "Replay");
  await page.getByRole("checkbox", { name: "With other inputs" }).check();
  await page.getByRole("dialog").getByLabel("word").fill("changed");
  await page.getByRole("dialog").getByRole("button", { name: "Replay" }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(id));
  const other = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await reaches(other, "SUCCESS");
  expect((await get(other)).inputs).toMatchObject({ word: "changed" });
  await choose(page, "Delete");
  await page.getByRole("button", { name: "Delete the execution" }).click();
  await page.waitForURL(/\/ui\/executions\?/);
  await expect(get(other)).rejects.toThrow("404");
});

test("31: what is queued says why, leaves the queue, or is forced to run", async () => {
  await save(LIMITED);
  const first = await start("limited", false);
  await reaches(first.id, "RUNNING");
  const [second, third] = [await start("limited", false), await start("limited", false)];
  await reaches(third.id, "QUEUED");
  const page = await pageOf("limited", second.id);
  await state(page, "Queued");
  await page.locator(".why").waitFor();
  await page.getByRole("button", { name: "Unqueue" }).click();
  await state(page, "Running");
  const other = await pageOf("limited", third.id);
  await choose(other, "Force run");
  await state(other, "Running");
  for (const { id } of [first, second, third]) await api(`/executions/${id}/actions/kill`, { method: "DELETE" });
});

async function inList(flow: string, count: number): Promise<Page> {
  const page = await open(`/executions?flow=${flow}&namespace=test`);
  await expect.poll(() => page.locator(".execs tbody tr").count()).toBe(count);
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  return page;
}

async function inBulk(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("31: the same is done to many, and each that refuses tells why", async () => {
  await save(RAN.replace("id: ran", "id: ran_many"));
  const [one, two] = [await start("ran_many"), await start("ran_many")];
  const page = await inList("ran_many", 2);
  await page.getByRole("button", { name: "Restart" }).click();
  const dialog = page.getByRole("dialog", { name: "Restart: none was done" });
  await dialog.getByText(one.id).first().waitFor();
  await dialog
    .getByText(/is SUCCESS: it must be .*FAILED/)
    .first()
    .waitFor();
  await dialog.getByRole("button", { name: "Close" }).first().click();
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await inBulk(page, "Change state");
  await page.getByRole("radio", { name: "Warning" }).check();
  await page.getByRole("button", { name: "Change the state" }).click();
  await page.getByText("Change state: 2 executions").waitFor();
  expect([(await get(one.id)).state.current, (await get(two.id)).state.current]).toEqual(["WARNING", "WARNING"]);
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await inBulk(page, "Set labels");
  await page.getByLabel("Key of label 1").fill("batch");
  await page.getByLabel("Value of label 1").fill("7");
  await page.getByRole("button", { name: "Set the labels" }).click();
  await page.getByText("Set labels: 2 executions").waitFor();
  expect((await get(two.id)).labels).toContainEqual({ key: "batch", value: "7" });
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByRole("button", { name: "Replay 2 executions" }).click();
  await expect.poll(() => page.locator(".execs tbody tr").count()).toBe(4);
  await page.getByRole("checkbox", { name: "Select all shown" }).check();
  await inBulk(page, "Delete");
  await page.getByRole("button", { name: "Delete 4 executions" }).click();
  await page.getByText("No execution matches these filters").waitFor();
});

test("31: those that run are paused, resumed, killed and taken out of the queue together", async () => {
  await save(LIMITED.replace("id: limited", "id: limited_many"));
  const runs = [
    await start("limited_many", false),
    await start("limited_many", false),
    await start("limited_many", false),
  ];
  const ids = runs.map(({ id }) => id);
  await reaches(ids[0] ?? "", "RUNNING");
  await reaches(ids[2] ?? "", "QUEUED");
  const page = await inList("limited_many", 3);
  await inBulk(page, "Unqueue");
  await page
    .getByRole("dialog", { name: "Unqueue: 2 done, 1 refused" })
    .getByText(/it must be QUEUED/)
    .waitFor();
  await page.getByRole("button", { name: "Close" }).first().click();
  for (const id of ids) await reaches(id, "RUNNING");
  const again = await inList("limited_many", 3);
  await inBulk(again, "Pause");
  for (const id of ids) await reaches(id, "PAUSING", "PAUSED");
  const last = await inList("limited_many", 3);
  await last.getByRole("button", { name: "Kill" }).click();
  await last.getByRole("button", { name: "Kill 3 executions" }).click();
  for (const id of ids) await reaches(id, "KILLED");
});

test("31: pauses without questions are resumed together", async () => {
  await save(PAUSING);
  const [one, two] = [await start("just_pausing", false), await start("just_pausing", false)];
  await reaches(one.id, "PAUSED");
  await reaches(two.id, "PAUSED");
  const page = await inList("just_pausing", 2);
  await page.getByRole("button", { name: "Resume" }).click();
  await reaches(one.id, "SUCCESS");
  await reaches(two.id, "SUCCESS");
});

test("32: the pad gives the server's value for a task run and iteration, and where an error is", async () => {
  await save(LOOPING);
  const { id, taskRunList } = await start("looping");
  const given = taskRunList.find(({ taskId, iteration }) => taskId === "give" && iteration === 41);
  const page = await pageOf("looping", id, `?tab=data&task=${given?.id}`);
  const pad = page.getByRole("complementary", { name: "Expression" });
  await pad.getByRole("textbox", { name: "Expression" }).fill("{{ taskrun.value }} of {{ flow.id }}");
  await pad.getByRole("button", { name: "Render" }).click();
  await pad.getByLabel("Result").getByText("42 of looping").waitFor();
  await pad.getByLabel("Iteration").fill("617");
  await pad.getByRole("button", { name: "Render" }).click();
  await pad.getByLabel("Result").getByText("617 of looping").waitFor();
  await pad.getByLabel("As seen by").selectOption({ label: "the flow" });
  await pad.getByRole("textbox", { name: "Expression" }).fill("{{ flow.id }}\n{{ nothing.at.all }}");
  await pad.getByRole("button", { name: "Render" }).click();
  await pad.getByText(/\^ line 2, column \d+/).waitFor();
});

const PARQUET = `
import io, sys, pyarrow
from pyarrow import parquet
out = io.BytesIO()
parquet.write_table(pyarrow.table({"city": ["Graz", "Linz"], "n": [1, 2]}), out)
sys.stdout.buffer.write(out.getvalue())
`;
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const FILES: [string, string, Buffer][] = [
  ["json", "a.json", Buffer.from('{"deep": {"word": "inside"}}')],
  ["csv", "a.csv", Buffer.from("name,size\nfirst,1\nsecond,2\n")],
  ["parquet", "a.parquet", Buffer.alloc(0)],
  ["image", "a.png", PNG],
  ["markdown", "a.md", Buffer.from("# A heading\n\n- one **bold** item\n\n<script>alert(1)</script>")],
  ["document", "a.pdf", Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>")],
  ["raw", "a.bin", Buffer.from([0, 1, 2, 3, 255])],
];

test("33: files are shown as what they are", async () => {
  await save(
    `id: filed\nnamespace: test\ninputs:\n${FILES.map(([id]) => `  - {id: ${id}, type: FILE}`).join("\n")}\n` +
      "tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}\n",
  );
  const form = new FormData();
  for (const [id, name, content] of FILES) {
    form.append(id, new Blob([new Uint8Array(id === "parquet" ? python(PARQUET) : content)]), name);
  }
  const { id } = await api<Run>("/executions/test/filed?wait=true", { method: "POST", body: form });
  const page = await pageOf("filed", id, "?tab=data");
  const show = async (input: string) => {
    const row = page.locator(".tree-json__row").filter({ has: page.getByRole("button", { name: input, exact: true }) });
    await row.getByRole("button", { name: "Preview" }).click();
    return page.getByRole("region", { name: /^File / });
  };
  await (await show("json"))
    .getByText("inside")
    .or((await show("json")).getByText("1 keys"))
    .first()
    .waitFor();
  await (await show("csv")).getByRole("cell", { name: "second" }).waitFor();
  await (await show("parquet")).getByRole("cell", { name: "Linz" }).waitFor();
  const image = (await show("image")).getByRole("img");
  await expect.poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(1);
  await (await show("markdown")).getByRole("heading", { name: "A heading" }).waitFor();
  expect(await page.locator(".prose script").count()).toBe(0);
  const frame = (await show("document")).locator("iframe");
  const answer = await page.request.get(new URL((await frame.getAttribute("src")) ?? "", page.url()).href);
  expect(answer.headers()["content-type"]).toBe("application/pdf");
  await (await show("raw")).getByText("There is no preview of a file of this kind.").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("region", { name: /^File / })
      .getByRole("link", { name: "Download" })
      .click(),
  ]);
  expect((await download.createReadStream()).readableLength >= 0).toBe(true);
});

test("36: from parent to child and back", async () => {
  await save(RAN);
  await save(PARENT);
  const { id } = await start("above");
  const page = await pageOf("above", id);
  await page.getByRole("link", { name: "1 child" }).click();
  await page.getByRole("link", { name: "ran", exact: true }).click();
  await page.waitForURL(/executions\/test\/ran\//);
  await page.locator(".trail").getByRole("link", { name: "above" }).click();
  await page.waitForURL(new RegExp(`executions/test/above/${id}`));
  await page.getByRole("button", { name: "sub", exact: true }).click();
  await page.getByRole("link", { name: "Open what it started" }).click();
  await page.waitForURL(/executions\/test\/ran\//);
  await page.locator(".tabs").getByRole("link", { name: "Relations" }).click();
  await page.getByRole("region", { name: "Led here" }).getByRole("link", { name: "above" }).waitFor();
});

test("metrics of tasks are listed, and lead to their task", async () => {
  await save(
    RAN.replace("id: ran", "id: counted").replace(
      "type: io.kestra.plugin.core.debug.Return",
      "type: io.kestra.plugin.core.debug.Return",
    ),
  );
  const { id } = await start("counted");
  const page = await pageOf("counted", id, "?tab=metrics");
  await page.getByRole("cell", { name: "length" }).waitFor();
  await page.getByRole("button", { name: "say" }).first().click();
  await page.getByRole("complementary", { name: "Task run say" }).waitFor();
});
