import { beforeAll, expect, test } from "vitest";
import { COMMENTED } from "./flows";
import { stage } from "./stage";
import { expectAccessible, expectWhole, settled } from "./whole";

const { open, save, api, complaints } = await stage();

const routes: Record<string, string> = {
  blueprints: "/blueprints",
  "no blueprint found": "/blueprints?q=nothing-is-called-this",
  revisions: "/flows/edit/test/looked_at/revisions",
  "new flow, empty": "/flows/new?empty=true",
  "editor with every panel": "/flows/edit/test/looked_at",
};

beforeAll(async () => {
  await save(COMMENTED("looked_at"));
  await save(COMMENTED("looked_at").replace('"one"', '"two"').replace("id: third", "id: other"));
  await api("/executions/test/looked_at?wait=true", { method: "POST" });
  const body = JSON.stringify({ open: ["code", "blocks", "graph", "docs", "files"], drawer: "runs" });
  const headers = { "content-type": "application/json" };
  await api("/me/preferences/editor.panels", { method: "PUT", body, headers });
});

test.each(Object.keys(routes))("3, 37, 39: %s is whole in both themes and on a phone", async (name) => {
  complaints.length = 0;
  const page = await open(routes[name] ?? "", { isShared: true });
  await settled(page);
  if (name.startsWith("editor")) {
    await page.locator('[data-task="second"]').click();
    await page.getByRole("complementary", { name: "Form of second" }).waitFor();
  }
  await expectWhole(page);
  expect(complaints).toEqual([]);
});

test("37: the picker of types is whole in both themes", async () => {
  const page = await open("/flows/edit/test/looked_at");
  await page.getByRole("region", { name: "Tasks" }).getByRole("button", { name: "Task", exact: true }).click();
  await page.getByRole("option").first().waitFor();
  await settled(page);
  await expectAccessible(page);
});
