import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ASKING, FAILING, SCHEDULED, SLOW } from "./flows";
import { python } from "./python";
import { stage } from "./stage";

const { open, save, api } = await stage();

interface Run {
  id: string;
  state: { current: string };
  inputs: Record<string, unknown>;
}

const EVERY = `id: every_input
namespace: test
inputs:
  - {id: text, type: STRING}
  - {id: mail, type: EMAIL, required: false}
  - {id: address, type: URI, required: false}
  - {id: hidden, type: SECRET, required: false}
  - {id: whole, type: INT, min: 1, max: 10}
  - {id: part, type: FLOAT, required: false}
  - {id: truth, type: BOOLEAN, defaults: true}
  - {id: choice, type: SELECT, values: [append, replace], defaults: append}
  - {id: round, type: SELECT, values: [one, two], isRadio: true, defaults: one}
  - {id: several, type: MULTISELECT, values: [a, b, c], required: false}
  - {id: day, type: DATE, defaults: "2026-11-24"}
  - {id: clock, type: TIME, required: false}
  - {id: moment, type: DATETIME, required: false}
  - {id: span, type: DURATION, defaults: PT2H30M}
  - {id: file, type: FILE, required: false}
  - {id: object, type: JSON, required: false}
  - {id: list, type: ARRAY, itemType: INT, required: false}
  - {id: yaml, type: YAML, required: false}
  - id: why
    type: STRING
    required: false
    dependsOn:
      inputs: [choice]
      condition: "{{ inputs.choice == 'replace' }}"
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.text }}"}
`;

const CONTROLS: [string, string][] = [
  ["text", "text"],
  ["mail", "email"],
  ["address", "url"],
  ["hidden", "password"],
  ["whole", "number"],
  ["part", "number"],
  ["choice", "select-one"],
  ["day", "date"],
  ["clock", "time"],
  ["moment", "datetime-local"],
  ["span", "number"],
  ["file", "text"],
  ["object", "textarea"],
  ["list", "textarea"],
  ["yaml", "textarea"],
];

test("24: the dialog has a control for each input, hides what does not count and refuses bad values at the field", async () => {
  await save(EVERY);
  const page = await open("/flows?run=test%2Fevery_input");
  const dialog = page.getByRole("dialog");
  for (const [id, type] of CONTROLS) {
    const control = dialog.locator(`#input-${id}`);
    expect([id, await control.evaluate((element) => (element as HTMLInputElement).type)]).toEqual([id, type]);
  }
  await dialog.getByRole("group", { name: "truth" }).getByRole("radio", { name: "false" }).check();
  await dialog.getByRole("radiogroup", { name: "round" }).getByRole("radio", { name: "two" }).check();
  await dialog.getByRole("group", { name: "several" }).getByRole("checkbox", { name: "b" }).check();
  expect(await dialog.locator("#input-why").count()).toBe(0);
  await dialog.locator("#input-choice").selectOption("replace");
  await dialog.locator("#input-why").fill("because");
  await dialog.locator("#input-text").fill("it's 5 o'clock; $HOME @file");
  await dialog.locator("#input-whole").fill("99");
  await dialog.locator("#input-whole[aria-invalid=true]").waitFor();
  await dialog.getByRole("button", { name: /^Run/ }).click();
  await dialog.getByText("1 input to fix").waitFor();
  await expect
    .poll(() => dialog.locator("#input-whole").evaluate((element) => element === document.activeElement))
    .toBe(true);
  await dialog.locator("#input-whole").fill("7");
  await dialog.getByLabel("minutes").fill("45");
  await dialog.locator("#input-object").fill('{"deep": [1]}');
  await dialog.locator("#input-list").fill("[1, 2]");
  await dialog
    .locator('input[type="file"]')
    .setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("x\n1\n") });
  await page.locator("#input-whole[aria-invalid=false]").waitFor();
  await dialog.getByRole("button", { name: /^Run/ }).click();
  await page.waitForURL(/executions\/test\/every_input/);
  const { inputs } = await api<Run>(`/executions/${new URL(page.url()).pathname.split("/").at(-1)}`);
  expect(inputs).toMatchObject({
    text: "it's 5 o'clock; $HOME @file",
    whole: 7,
    truth: false,
    choice: "replace",
    round: "two",
    several: ["b"],
    why: "because",
    span: 9_900,
    object: { deep: [1] },
    list: [1, 2],
  });
  expect(inputs.file).toMatch(/^kestra:\/\/\//);
});

test("24: the same start works from a shell and from Python", async () => {
  await save(EVERY);
  const page = await open("/flows?run=test%2Fevery_input");
  const dialog = page.getByRole("dialog");
  await dialog.locator("#input-text").fill("it's $HOME @x");
  await dialog.locator("#input-whole").fill("3");
  await dialog
    .locator('input[type="file"]')
    .setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("x\n1\n") });
  const folder = mkdtempSync(join(tmpdir(), "tiercel-start-"));
  writeFileSync(join(folder, "a.csv"), "x\n1\n");
  await dialog.getByRole("button", { name: "curl", exact: true }).click();
  const command = await dialog.getByLabel("curl command").innerText();
  const started = JSON.parse(
    execFileSync("sh", ["-c", `${command.replace("curl ", "curl -sf ")}`], { cwd: folder }).toString(),
  ) as Run;
  await dialog.getByRole("button", { name: "Python", exact: true }).click();
  const program = await dialog.getByLabel("Python program").innerText();
  const id = python(`import os\nos.chdir(${JSON.stringify(folder)})\n${program}`)
    .toString()
    .trim();
  for (const one of [started.id, id]) {
    const { inputs } = await api<Run>(`/executions/${one}`);
    expect(inputs).toMatchObject({ text: "it's $HOME @x", whole: 3, span: 9_000 });
    expect(inputs.file).toMatch(/a\.csv$|^kestra:/);
  }
  await dialog.getByRole("button", { name: "YAML", exact: true }).click();
  await dialog.getByLabel("YAML of a task").getByText("flowId: every_input").waitFor();
});

test("24: what is filled in is kept as a set, and taken again in another browser", async () => {
  await save(ASKING);
  const page = await open("/flows?run=test%2Fasking");
  await page.getByRole("dialog").locator("#input-count").fill("8");
  await page.getByRole("button", { name: "Input sets" }).click();
  await page.getByLabel("Name of the set").fill("eight");
  await page.getByRole("button", { name: "Keep this set" }).click();
  await page.getByRole("button", { name: "eight", exact: true }).waitFor();
  const other = await open("/flows?run=test%2Fasking");
  await other.getByRole("button", { name: "Input sets" }).click();
  await other.getByRole("button", { name: "eight", exact: true }).click();
  expect(await other.locator("#input-count").inputValue()).toBe("8");
});

/** A moment some hours ago as a field for one takes it. */
function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000 - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

test("26: a backfill of 30 days says how many runs it starts, starts them, is held and ended", async () => {
  await save(SCHEDULED);
  const page = await open("/triggers");
  await page.getByRole("button", { name: "scheduled / daily" }).click();
  const panel = page.getByRole("complementary", { name: "Trigger daily" });
  await panel.getByRole("button", { name: "Backfill" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("From").fill("2026-01-01T00:00");
  await dialog.getByLabel("To").fill("2026-01-31T00:00");
  await dialog.getByText("This starts 30 executions.").waitFor();
  expect(await dialog.getByRole("list", { name: "Days with executions" }).getByRole("listitem").count()).toBe(30);
  await dialog.getByRole("button", { name: "3 Labels" }).click();
  await dialog.getByLabel("Labels of each execution").fill("kind:backfill");
  await dialog.getByRole("button", { name: "Start 30 executions" }).click();
  await page.getByText("The backfill has begun").waitFor();
  const total = async (): Promise<number> =>
    (await api<{ total: number }>("/executions/search?filters[labels][EQUALS][kind]=backfill")).total;
  await expect.poll(total).toBe(30);
  await save(SCHEDULED.replace("id: scheduled", "id: long_past").replace("0 4 * * *", "* * * * *"));
  const other = await open("/triggers?trigger=test%2Flong_past%2Fdaily");
  await other.getByRole("button", { name: "Backfill" }).click();
  await other.getByRole("dialog").getByLabel("From").fill(hoursAgo(100));
  await other.getByRole("button", { name: /^Start [\d,]+/ }).click();
  const running = other.getByRole("region", { name: "Backfill" });
  await running.getByRole("button", { name: "Hold" }).click();
  await running.getByRole("heading", { name: "Backfill, held" }).waitFor();
  await running.getByRole("button", { name: "Go on" }).click();
  await running.getByRole("button", { name: "Hold" }).waitFor();
  await running.getByRole("button", { name: "End the backfill" }).click();
  await running.waitFor({ state: "detached" });
});

test("triggers tell what they will start, hour by hour", async () => {
  await save(SCHEDULED);
  const page = await open("/triggers?q=scheduled");
  const calendar = page.getByRole("region", { name: "Calendar of planned runs" });
  await expect.poll(() => calendar.getByRole("row").count()).toBe(8);
  await page.getByRole("button", { name: "The week after" }).click();
  await page.getByText(/ from .* on, /).waitFor();
  const hour = calendar.getByRole("button", { name: /04:00 to 05:00: \d+ runs?\.$/ });
  await hour.first().click();
  await page.getByRole("link", { name: "scheduled", exact: true }).waitFor();
  await page.keyboard.press("ArrowDown");
  expect(await hour.nth(1).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("ArrowLeft");
  await page.getByText(/03:00 to 04:00: nothing starts\./).waitFor();
  await expect
    .poll(async () => Number(await calendar.locator(".calendar__sum").first().innerText()))
    .toBeGreaterThan(0);
});

async function failing(): Promise<void> {
  await save(SLOW);
  await save(FAILING);
  await api("/executions/test/failing?wait=true", { method: "POST" });
  await api("/executions/test/slow?wait=true", { method: "POST" });
}

test("34: filters are part of the address, and a saved view is there in another browser", async () => {
  await failing();
  const page = await open("/executions");
  await page.getByRole("button", { name: "Any state" }).click();
  await page.getByRole("checkbox", { name: "Failed" }).check();
  await page.keyboard.press("Escape");
  await page.waitForURL(/FAILED/);
  const copied = await open(new URL(page.url()).pathname.replace("/ui", "") + new URL(page.url()).search);
  await copied.getByRole("button", { name: "1 state" }).waitFor();
  await copied.getByRole("link", { name: "failing" }).first().waitFor();
  expect(await copied.locator(".execs").getByText("Success").count()).toBe(0);
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of the view").fill("What failed");
  await page.getByRole("button", { name: "Save these filters" }).click();
  await page.getByRole("button", { name: "What failed", exact: true }).first().waitFor();
  await expect.poll(async () => Object.keys(await api<object>("/me/preferences"))).toContain("executions.views");
  const other = await open("/executions");
  await other.getByRole("button", { name: "Views" }).click();
  await other.getByRole("button", { name: "What failed", exact: true }).click();
  await other.waitForURL(/FAILED/);
  await other.getByRole("button", { name: "1 state" }).waitFor();
});

test("34: the columns are chosen, ordered, and kept for the user", async () => {
  await failing();
  const page = await open("/executions");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Revision" }).check();
  await page.getByRole("checkbox", { name: "Namespace" }).uncheck();
  await page.getByRole("button", { name: "Move State to the left" }).click();
  await page.keyboard.press("Escape");
  await expect
    .poll(async () => (await api<Record<string, string[]>>("/me/preferences"))["executions.columns"]?.[0])
    .toBe("state");
  const other = await open("/executions");
  await other.getByRole("columnheader", { name: "Revision" }).waitFor();
  const names = await other.locator(".execs thead th").allInnerTexts();
  expect(names.slice(1, 3).map((name) => name.trim())).toEqual(["State", "Flow"]);
  expect(names.map((name) => name.trim())).not.toContain("Namespace");
});
