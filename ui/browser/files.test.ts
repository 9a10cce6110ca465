import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { stage } from "./stage";
import { violationsOf } from "./whole";

const { open, save, origin } = await stage();
const SPACE = "filed";
const place = (path: string) => `${origin}/api/v1/main/namespaces/${SPACE}/files?path=${path}`;

async function store(path: string, text: string): Promise<void> {
  const body = new FormData();
  body.append("fileContent", new Blob([text]), path.split("/").at(-1));
  const { ok } = await fetch(place(path), { method: "POST", body });
  expect(ok).toBe(true);
}

const read = async (path: string): Promise<string> => (await fetch(place(path))).text();
const show = (path: string): Promise<Page> => open(`/namespaces/${SPACE}?tab=files&file=${encodeURIComponent(path)}`);

test("an old revision of a file is compared with the last, and so is what is being written", async () => {
  await store("/plan.sql", "select 1\nfrom a\n");
  await store("/plan.sql", "select 2\nfrom a\n");
  const page = await show("/plan.sql");
  await page.getByLabel("Revision").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Compare" }).click();
  const diff = page.getByRole("textbox", { name: "Changes of plan.sql" });
  await diff.waitFor();
  const changes = page.locator(".nfiles__diff");
  expect(await changes.locator(".cm-deletedChunk").innerText()).toContain("select 2");
  expect(await diff.innerText()).toContain("select 1");
  expect(await changes.locator(".count").innerText()).toBe("+1 −1");
  expect(await violationsOf(page)).toEqual([]);

  await page.getByLabel("Revision").selectOption({ index: 0 });
  await page.getByRole("textbox", { name: "Text of plan.sql" }).click();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("where b");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".nfiles__diff .count").getByText("+1 −1").waitFor();
});

test("a file that somebody else saved meanwhile is merged, and nobody's lines are lost", async () => {
  await store("/both.py", "one = 1\n\ntwo = 2\n");
  const page = await show("/both.py");
  const text = page.getByRole("textbox", { name: "Text of both.py" });
  await text.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("# mine\n");
  await store("/both.py", "one = 1\n\ntwo = 3\n");
  await page.getByRole("button", { name: /^Save/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Both changes fit together.").waitFor();
  await dialog.getByRole("button", { name: "Take the merged text" }).click();
  await text.getByText("two = 3").waitFor();
  await page.getByRole("button", { name: /^Save/ }).click();
  await page.getByText("Saved both.py").waitFor();
  expect(await read("/both.py")).toBe("# mine\none = 1\n\ntwo = 3\n");
});

test("what is being written stays when the page looks at the files again", async () => {
  await store("/kept.txt", "old\n");
  const page = await show("/kept.txt");
  const text = page.getByRole("textbox", { name: "Text of kept.txt" });
  await text.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("mine ");
  await store("/kept.txt", "theirs\n");
  const again = page.waitForResponse((response) => response.url().includes("files?path=%2Fkept.txt"));
  await page
    .getByLabel("Files to upload")
    .setInputFiles({ name: "more.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
  await again;
  await page.getByText("1 file is stored").waitFor();
  expect(await text.innerText()).toContain("mine old");
});

test("uploads say how far they are, can be stopped, and say why one is refused", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=files`);
  const pick = page.getByLabel("Files to upload");
  const file = (name: string, size: number) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size, "a") });
  let send = (): void => {};
  const sent = new Promise<void>((resolve) => {
    send = resolve;
  });
  await page.route("**/files?path=%2Flarge-two.txt", async (route) => {
    await sent;
    await route.continue().catch(() => undefined);
  });
  await pick.setInputFiles([file("large-one.txt", 200_000), file("large-two.txt", 200_000)]);
  await page.getByText("Storing large-two.txt, 2 of 2 files").waitFor();
  const bar = page.getByRole("progressbar", { name: "Sent" });
  expect(await bar.getAttribute("max")).toBe("400000");
  expect(Number(await bar.getAttribute("value"))).toBeGreaterThanOrEqual(200_000);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("1 file is stored").waitFor();
  send();
  expect((await fetch(place("/large-two.txt"))).status).toBe(404);
  expect((await fetch(place("/large-one.txt"))).status).toBe(200);

  await page.unroute("**/files?path=%2Flarge-two.txt");
  await pick.setInputFiles({ name: "broken.zip", mimeType: "application/zip", buffer: Buffer.from("no archive") });
  await page.getByRole("alert").waitFor();
});

test("a save by somebody else is told at once, and is taken or brought together", async () => {
  await store("/told.py", "one = 1\n\ntwo = 2\n");
  const page = await show("/told.py");
  const text = page.getByRole("textbox", { name: "Text of told.py" });
  await text.getByText("one = 1").waitFor();
  await store("/told.py", "one = 1\n\ntwo = 3\n");
  const notice = page.getByRole("status").filter({ hasText: /was saved elsewhere|saved revision/ });
  await notice.waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Show it" }).click();
  await text.getByText("two = 3").waitFor();
  await notice.waitFor({ state: "detached" });

  await text.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("# mine\n");
  await store("/told.py", "one = 1\n\ntwo = 4\n");
  await page.getByRole("button", { name: "Bring both together" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take the merged text" }).click();
  await text.getByText("two = 4").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Save/ }).click();
  await page.getByText("Saved told.py").waitFor();
  expect(await read("/told.py")).toBe("# mine\none = 1\n\ntwo = 4\n");
  expect(await notice.count()).toBe(0);
});

test("a file that somebody else makes or deletes comes into the tree and goes", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=files`);
  const tree = page.getByRole("region", { name: "Files" });
  await store("/sudden.txt", "here");
  await tree.getByRole("button", { name: "sudden.txt" }).waitFor();
  await fetch(place("/sudden.txt"), { method: "DELETE" });
  await tree.getByRole("button", { name: "sudden.txt" }).waitFor({ state: "detached" });
});

test("what was written and not saved is offered again, however it was left", async () => {
  await store("/left.txt", "old\n");
  await store("/other.txt", "other\n");
  const page = await show("/left.txt");
  const text = page.getByRole("textbox", { name: "Text of left.txt" });
  await text.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("new ");
  await page.getByRole("button", { name: "other.txt" }).click();
  await page.getByRole("textbox", { name: "Text of other.txt" }).waitFor();
  await page.getByRole("button", { name: "left.txt" }).click();
  await page.getByRole("button", { name: "Take it up again" }).click();
  await text.getByText("new old").waitFor();
  await page.getByRole("button", { name: /^Save/ }).click();
  await page.getByText("Saved left.txt").waitFor();
  await page.reload();
  await text.getByText("new old").waitFor();
  expect(await page.getByRole("button", { name: "Take it up again" }).count()).toBe(0);
});

test("a new file does not take the place of one that is there", async () => {
  await store("/there.txt", "kept\n");
  const page = await open(`/namespaces/${SPACE}?tab=files`);
  await page.getByRole("button", { name: "New file" }).click();
  const dialog = page.getByRole("dialog", { name: "New file" });
  await dialog.getByLabel("Path").fill("there.txt");
  await dialog.getByRole("button", { name: "Make the file" }).click();
  await dialog.getByText("There is a file of this path already.").waitFor();
  expect(await read("/there.txt")).toBe("kept\n");
});

test("beside a flow, too, nobody's save of a file is lost", async () => {
  await store("/flow.sql", "select 1\n\nfrom a\n");
  await save(
    `id: reads\nnamespace: ${SPACE}\ntasks:\n  - id: a\n    type: io.kestra.plugin.core.log.Log\n    message: x\n`,
  );
  const page = await open(`/flows/edit/${SPACE}/reads`);
  await page.getByRole("button", { name: "Files", exact: true }).click();
  await page.getByRole("button", { name: "flow.sql" }).click();
  const text = page.getByRole("textbox", { name: "Text of flow.sql" });
  await text.click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("-- mine\n");
  await store("/flow.sql", "select 1\n\nfrom b\n");
  await page.getByRole("button", { name: "Save file" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Take the merged text" }).click();
  await text.getByText("from b").waitFor();
  await page.getByRole("button", { name: "Save file" }).click();
  await page.getByText("Saved flow.sql").waitFor();
  expect(await read("/flow.sql")).toBe("-- mine\nselect 1\n\nfrom b\n");
});
