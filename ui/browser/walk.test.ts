import { expect, test } from "vitest";
import { stage } from "./stage";
import { settled, violationsOf } from "./whole";

const { open, save, api, complaints } = await stage();

const FLOW = `id: asks
namespace: test
inputs:
  - id: text
    type: STRING
    description: What to **say**, as it is
  - id: map
    type: JSON
    required: false
tasks:
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: "{{ inputs.text }}"
  - id: breaks
    type: io.kestra.plugin.core.execution.Fail
    errorMessage: the totals differ
`;

async function failed(): Promise<string> {
  const body = new FormData();
  body.append("text", "hello");
  const { id } = await api<{ id: string }>("/executions/test/asks?wait=true", { method: "POST", body });
  return `/executions/test/asks/${id}`;
}

test("24: an input says in Markdown what it is for, and at its field what is wrong without naming it again", async () => {
  await save(FLOW);
  const page = await open("/flows");
  await page.getByRole("row", { name: /asks/ }).getByRole("button", { name: "Run" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.locator(".field__help strong").innerText()).toBe("say");
  await dialog.getByRole("button", { name: /^Run/ }).click();
  await dialog.getByText("This is needed").waitFor();
  await dialog.getByLabel(/^map/).fill("{bad");
  await dialog
    .locator(".field__error")
    .getByText(/^Expected `JSON`/)
    .waitFor();
  expect(await violationsOf(page, { within: '[role="dialog"]' })).toEqual([]);
});

test("30: from a failure one comes to the form of the task that failed, and to its inputs to change them", async () => {
  await save(FLOW);
  const page = await open(await failed());
  await page.getByRole("button", { name: "Replay with changes" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByLabel(/^text/).inputValue()).toBe("hello");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Edit the task" }).click();
  await page.getByRole("complementary", { name: "Form of breaks" }).waitFor();
  await page.locator(".cm-activeLine", { hasText: "id: breaks" }).waitFor();
});

test("34: an address with values that mean nothing shows the page without them", async () => {
  await save(FLOW);
  for (const [path, heading] of [
    ["/executions?state=FAILED&page=x&where=7&child=no", "Executions"],
    ["/namespaces/test?tab=nonsense", "test"],
    ["/system?tab=nonsense", "System"],
    ["/logs?page=x", "Logs"],
    ["/triggers?page=x&trigger=none", "Triggers"],
    ["/flows?page=x&view=odd&label=x", "Flows"],
  ] as const) {
    const page = await open(path, { isShared: true });
    await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    await settled(page);
  }
  expect(complaints).toEqual([]);
});

test("what is typed to jump finds a flow by words, its namespace, and an execution by its id", async () => {
  await save(FLOW);
  await save(FLOW.replace("id: asks", "id: asks_for_text"));
  const address = await failed();
  const id = address.split("/").at(-1) ?? "";
  const page = await open("/flows");
  const jump = async (text: string): Promise<void> => {
    await page.keyboard.press("ControlOrMeta+k");
    await page.getByRole("combobox", { name: "Page, flow or action" }).fill(text);
  };
  await jump("text ask");
  await page.getByRole("option", { name: /asks_for_text/ }).click();
  await page.waitForURL(/\/flows\/edit\/test\/asks_for_text$/);
  await jump("test");
  await page.getByRole("listbox", { name: "Found" }).getByRole("option", { name: "test", exact: true }).click();
  await page.waitForURL(/\/namespaces\/test$/);
  await jump(id);
  await page.getByRole("option", { name: new RegExp(id) }).click();
  await page.waitForURL(new RegExp(`${address}$`));
});
