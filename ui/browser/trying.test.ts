import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { stage } from "./stage";
import { violationsOf } from "./whole";

const FLOW = `id: triable
namespace: test
inputs:
  - id: count
    type: INT
    defaults: 1
tasks:
  - id: load
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.count }}"
  - id: told
    type: io.kestra.plugin.core.log.Log
    message: "{{ inputs.count }} of {{ outputs.load.value }}"
  - id: breaks
    type: io.kestra.plugin.core.execution.Fail
    errorMessage: the totals differ
`;

const { open, save, api, source } = await stage();

describe("a task is tried alone", () => {
  test("with what its expressions look at, on a text that is not saved", async () => {
    await save(FLOW);
    const page = await open("/flows/edit/test/triable");
    await page.locator('button.node[aria-label^="told,"]').click();
    const form = page.getByRole("complementary", { name: "Form of told" });
    const message = page
      .locator(".fm .field")
      .filter({ has: page.locator(".field__key").getByText("message", { exact: true }) })
      .locator("input, textarea");
    await message.fill("{{ inputs.count }} of {{ outputs.load.value }} rows");
    await page.getByText("not saved").waitFor();
    await form.getByRole("button", { name: "Try with values" }).click();
    const dialog = page.getByRole("dialog", { name: "Try told" });
    expect(JSON.parse(await dialog.getByLabel("What its expressions see").inputValue())).toEqual({
      outputs: { load: { value: "" } },
    });
    await dialog.getByLabel(/count/).fill("7");
    await dialog.getByLabel("What its expressions see").fill('{"outputs": {"load": {"value": 9}}}');
    await dialog.getByRole("button", { name: "Try it" }).click();
    await dialog.getByText("7 of 9 rows").waitFor();
    await dialog.getByText(/^Success/).waitFor();
    expect(await violationsOf(page, { within: '[role="dialog"]' })).toEqual([]);
    expect(await source("triable")).toBe(FLOW);
    expect((await api<{ total: number }>("/executions/search?filters[flowId][EQUALS]=triable")).total).toBe(0);
  });

  test("what cannot be, and what fails, says why", async () => {
    await save(FLOW);
    const page = await open("/flows/edit/test/triable");
    await page.locator('button.node[aria-label^="breaks,"]').click();
    await page.getByRole("button", { name: "Try with values" }).click();
    const dialog = page.getByRole("dialog", { name: "Try breaks" });
    await dialog.getByLabel("What its expressions see").fill("[1]");
    await dialog.getByRole("button", { name: "Try it" }).click();
    await dialog.getByText("A map in JSON").waitFor();
    await dialog.getByLabel("What its expressions see").fill("");
    await dialog.getByRole("button", { name: "Try it" }).click();
    await dialog.getByText("the totals differ").first().waitFor();
    await dialog.getByText(/^Failed/).waitFor();
  });
});

const TALKS = `id: talks
namespace: test
tasks:
  - id: talks
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    commands:
      - printf 'it \\033[31mbegan\\033[0m\\n'
      - "for turn in $(seq 600); do [ -e FLAG ] && break; sleep 0.1; done"
      - echo it ended
`;

describe("a task that takes its time", () => {
  test("is seen at work: its lines come while it goes on", async () => {
    const flag = join(await mkdtemp(join(tmpdir(), "trial-")), "go");
    await save(TALKS.replace("FLAG", flag));
    const dialog = await tried();
    await dialog.getByRole("log").getByText("it began").waitFor();
    expect(await dialog.getByRole("log").locator(".failed").innerText()).toBe("began");
    await dialog.getByText(/^Running, /).waitFor();
    expect(await violationsOf(dialog.page(), { within: '[role="dialog"]' })).toEqual([]);
    await writeFile(flag, "");
    await dialog.getByText(/^Success/).waitFor();
    expect(await dialog.getByRole("log").innerText()).toMatch(/it began\s+INFO +it ended/);
  });

  test("is stopped, and what it wrote until then stays", async () => {
    await save(TALKS.replace("FLAG", "/nowhere"));
    const dialog = await tried();
    await dialog.getByRole("log").getByText("it began").waitFor();
    await dialog.getByRole("button", { name: "Stop" }).click();
    await dialog.getByText("It was stopped").waitFor();
    await dialog.getByRole("log").getByText("it began").waitFor();
    await dialog.getByRole("button", { name: "Try it" }).waitFor();
  });
});

async function tried(): Promise<Locator> {
  const page = await open("/flows/edit/test/talks");
  await page.locator('button.node[aria-label^="talks,"]').click();
  await page.getByRole("button", { name: "Try with values" }).click();
  const dialog = page.getByRole("dialog", { name: "Try talks" });
  await dialog.getByRole("button", { name: "Try it" }).click();
  return dialog;
}

describe("keys of the code", () => {
  test("13: F12 leads to what is named, F2 renames the task at the cursor wherever it is read", async () => {
    await save(FLOW.replace("id: triable", "id: keyed"));
    const page = await open("/flows/edit/test/keyed");
    await page.locator('button.node[aria-label^="told,"]').waitFor();
    await page.locator(".cm-line", { hasText: "outputs.load.value" }).click();
    await page.keyboard.press("End");
    for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("F12");
    await page.locator(".cm-activeLine", { hasText: "id: load" }).waitFor();
    await page.keyboard.press("F2");
    const id = page.getByRole("complementary", { name: "Form of load" }).getByLabel("Id", { exact: true });
    await expect.poll(() => id.evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type("fetch");
    await page.keyboard.press("Enter");
    await page.locator(".cm-line", { hasText: "outputs.fetch.value" }).waitFor();
    await page.keyboard.press("ControlOrMeta+s");
    await page.getByText("not saved").waitFor({ state: "detached" });
    const text = await source("keyed");
    expect(text).toContain("- id: fetch");
    expect(text).not.toContain("load");
  });
});
