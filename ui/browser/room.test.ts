import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./stage";
import { settled } from "./whole";

const { open, save } = await stage();

const FLOW = `id: roomy
namespace: test
tasks:
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: a
  - id: second
    type: io.kestra.plugin.core.log.Log
    message: b
`;

/** Whether an element lies within another, as wide as it is. */
async function liesIn(element: Locator, frame: Locator): Promise<boolean> {
  const [inner, outer] = await Promise.all([element.boundingBox(), frame.boundingBox()]);
  if (!inner || !outer) return false;
  return inner.x >= outer.x - 1 && inner.x + inner.width <= outer.x + outer.width + 1;
}

test("a graph stays in sight while panels beside it come and go, and so does the form that was opened last", async () => {
  await save(FLOW);
  const page = await open("/flows/edit/test/roomy");
  const node = page.locator('button.node[aria-label^="second,"]');
  const graph = page.locator(".graph");
  await node.waitFor();
  for (const panel of ["Blocks", "Docs", "Files"]) {
    await page.getByRole("button", { name: panel, exact: true }).click();
    await settled(page);
    await expect.poll(() => liesIn(node, graph)).toBe(true);
  }
  await page.locator(".block__main", { hasText: "second" }).click();
  const form = page.getByRole("complementary", { name: "Form of second" });
  await form.waitFor();
  await expect.poll(() => liesIn(form, page.locator(".ed"))).toBe(true);
});

test("39: the tab that is open is in sight on a phone, however many there are", async () => {
  await save(FLOW);
  for (const [path, name] of [
    ["/namespaces/test?tab=defaults", "Plugin defaults"],
    ["/flows/edit/test/roomy/dependencies", "Dependencies"],
  ] as const) {
    const page = await open(path, { width: 390 });
    const tab = page.locator(".tabs").getByRole("link", { name });
    await expect.poll(() => liesIn(tab, page.locator(".tabs"))).toBe(true);
  }
});
