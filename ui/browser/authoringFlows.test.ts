import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./stage";

const { open: visit, save, source, api } = await stage();
const JSON_BODY = { "content-type": "application/json" };

const TWO = (id: string, said = "one"): string => `id: ${id}
namespace: test
tasks:
  - id: first
    type: io.kestra.plugin.core.debug.Return
    format: ${said}
  - id: second
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.first.value }} and more"
  - id: third
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.second.value }}"
`;

interface Run {
  id: string;
  kind?: string;
  state: { current: string };
  taskRunList: { taskId: string; state: { current: string }; outputs?: { value?: string } }[];
}

async function keepPanels(open: string[], drawer = "problems"): Promise<void> {
  await api("/me/preferences/editor.panels", {
    method: "PUT",
    body: JSON.stringify({ open, drawer }),
    headers: JSON_BODY,
  });
}

/** Starts the flow that is open, and waits until its run is over. */
async function runs(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^Run/ }).click();
  await page.waitForURL(/\/executions\//);
  await page.locator(".head").getByText("Success").first().waitFor();
}

const card = (page: Page, id: string) => page.locator(`[data-task="${id}"]`);

test("23: a flow from a blueprint is found, seen, used, saved and run", async () => {
  await keepPanels(["code"]);
  const page = await visit("/blueprints");
  await page.getByLabel("What a flow does, or a type").fill("smallest");
  await page.getByRole("button", { name: /Hello, world/ }).click();
  const preview = page.getByRole("article", { name: "Hello, world" });
  await preview.locator(".node").first().waitFor();
  await preview.getByRole("button", { name: "Source" }).click();
  await preview.getByText("io.kestra.plugin.core.log.Log").waitFor();
  await preview.getByRole("link", { name: "Use this blueprint" }).click();
  await page.locator(".cm-content").getByText("io.kestra.plugin.core.log.Log").waitFor();
  await page.getByRole("button", { name: /^Save (⌘|Ctrl )S$|^Save$/ }).click();
  await page.waitForURL(/\/flows\/edit\//);
  await runs(page);
});

test("23: a flow from nothing, by clicks only, is saved and run", async () => {
  await keepPanels(["code", "blocks"]);
  const page = await visit("/flows/new");
  await page.getByRole("link", { name: "Begin empty" }).click();
  await page.getByRole("region", { name: "Tasks" }).getByRole("button", { name: "Task", exact: true }).click();
  await page.getByRole("group", { name: "Kind" }).getByRole("button", { name: "Flow" }).click();
  await page.getByRole("option", { name: /core.flow.Parallel/ }).click();
  await card(page, "parallel").waitFor();
  await page.getByRole("button", { name: "Task in parallel" }).click();
  await page.getByRole("combobox", { name: "Type" }).fill("debug return");
  await page.getByRole("button", { name: /^Insert/ }).click();
  await page.getByRole("complementary", { name: "Form of return" }).waitFor();
  await page.getByRole("button", { name: /^my_flow/ }).click();
  const form = page.getByRole("complementary", { name: "Form of the flow" });
  await form.getByLabel("Id").fill("by_clicks");
  await form.getByLabel("Namespace").fill("test");
  await page.getByText("No problems").waitFor();
  await page.getByRole("button", { name: /^Save/ }).first().click();
  await page.waitForURL(/\/flows\/edit\/test\/by_clicks/);
  expect(await source("by_clicks")).toBe(`id: by_clicks
namespace: test

tasks:
  - id: parallel
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: return
        type: io.kestra.plugin.core.debug.Return
`);
  await runs(page);
});

test("23: a flow that is pasted is saved as it was pasted, and runs", async () => {
  await keepPanels(["code"]);
  const page = await visit("/flows/new");
  await page.locator(".cm-content").click();
  await page.evaluate((text) => navigator.clipboard.writeText(text), TWO("pasted"));
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+v");
  await page.keyboard.press("Control+s");
  await page.waitForURL(/\/flows\/edit\/test\/pasted/);
  expect(await source("pasted")).toBe(TWO("pasted"));
  await runs(page);
});

test("25: any two revisions are compared as text and graph, with who saved them; an old one is restored", async () => {
  const id = "history";
  await save(TWO(id));
  await save(TWO(id, "two"));
  await keepPanels(["code"]);
  const page = await visit(`/flows/edit/test/${id}`);
  await page.locator(".cm-content").getByText("- id: third").click();
  await page.keyboard.press("End");
  await page.keyboard.type("_task");
  await page.keyboard.press("Control+s");
  await page.getByText("not saved").waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Revision 3, show all revisions" }).click();
  const list = page.getByRole("region", { name: "Revisions", exact: true });
  await list.getByRole("button", { name: /Revision 3.*Somebody, in the interface/ }).waitFor();
  await list.getByRole("button", { name: /Revision 1.*Somebody, over the API/ }).waitFor();
  await page.locator(".node--add[aria-label*=third_task]").waitFor();
  await page.locator(".node--del[aria-label*='third,']").waitFor();
  await page.getByLabel("Old").selectOption({ index: 2 });
  await page.locator(".node--chg[aria-label*='first,']").waitFor();
  const text = page.getByRole("region", { name: "Text" });
  await text.locator(".cm-deletedChunk").getByText("one").waitFor();
  await text.locator(".cm-changedLine, .cm-insertedLine").filter({ hasText: "third_task" }).first().waitFor();
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  await list.getByRole("button", { name: /Revision 4/ }).waitFor();
  expect(await source(id)).toBe(TWO(id));
});

test("30: one task is tried with what a former run gave, and the flow is run up to it or from it", async () => {
  const id = "tried";
  await save(TWO(id));
  const first = await api<Run>(`/executions/test/${id}?wait=true`, { method: "POST" });
  await save(TWO(id).replace("and more", "and then"));
  await keepPanels(["blocks", "code"], "runs");
  const page = await visit(`/flows/edit/test/${id}`);
  await page
    .getByRole("button", { name: /Success/ })
    .first()
    .click();
  await page.getByText("Open run").waitFor();
  await card(page, "second").locator(".success").waitFor();
  await card(page, "second").click();
  await page.getByRole("button", { name: "Run only this" }).click();
  const tried = await reached(id, (run) => run.id !== first.id && run.state.current === "BREAKPOINT");
  expect(givenBy(tried, "second")).toBe("one and then");
  expect(tried.taskRunList.find(({ taskId }) => taskId === "third")?.state.current).toBe("BREAKPOINT");
  await page.getByRole("button", { name: "Run to here" }).click();
  const upTo = await reached(id, (run) => run.kind === "TEST" && run.state.current === "BREAKPOINT");
  expect(givenBy(upTo, "second")).toBe("one and then");
});

function givenBy(run: Run, task: string): string | undefined {
  return run.taskRunList.find(({ taskId }) => taskId === task)?.outputs?.value;
}

/** The first run of a flow that is as it should be. */
async function reached(flow: string, isWanted: (run: Run) => boolean): Promise<Run> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const kinds = ["", "&filters[kind][EQUALS]=TEST"];
    for (const kind of kinds) {
      const { results } = await api<{ results: { id: string }[] }>(
        `/executions/search?filters[flowId][EQUALS]=${flow}&size=20${kind}`,
      );
      for (const { id } of results) {
        const run = await api<Run>(`/executions/${id}`);
        if (isWanted(run)) return run;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`No run of ${flow} became as it should`);
}
