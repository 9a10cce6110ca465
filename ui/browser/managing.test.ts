import { beforeAll, expect, test } from "vitest";
import { stage } from "./stage";
import { expectWhole } from "./whole";

const { open, save, api, origin, complaints } = await stage();
const JSON_TYPE = { "content-type": "application/json" };
const SPACE = "manage.sales";

const QUIET = (id: string, namespace = SPACE): string => `id: ${id}
namespace: ${namespace}
labels: {team: core}
tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: hello from ${id}
`;
const FAILING = `id: failing
namespace: ${SPACE}
tasks:
  - id: totals
    type: io.kestra.plugin.core.execution.Fail
    errorMessage: totals differ by 12
`;
const PARENT = `id: parent
namespace: ${SPACE}
tasks:
  - id: child
    type: io.kestra.plugin.core.flow.Subflow
    namespace: manage.stock
    flowId: counted
triggers:
  - id: yearly
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 0 1 1 *"
`;

const ROUTES: Record<string, string> = {
  home: "/",
  flows: "/flows",
  "flows, flat": "/flows?view=flat&namespace=manage",
  "search in texts": "/flows/search?q=hello",
  overview: `/flows/edit/${SPACE}/parent/overview`,
  dependencies: `/flows/edit/${SPACE}/parent/dependencies`,
  namespaces: "/namespaces",
  "namespaces, flat": "/namespaces?view=flat",
  "namespace, flows": `/namespaces/${SPACE}`,
  "namespace, executions": `/namespaces/${SPACE}?tab=executions`,
  "namespace, dashboard": `/namespaces/${SPACE}?tab=dashboard`,
  "namespace, dependencies": `/namespaces/${SPACE}?tab=dependencies`,
  "namespace, files": `/namespaces/${SPACE}?tab=files`,
  "namespace, one file": `/namespaces/${SPACE}?tab=files&file=%2Fsql%2Fjoin.sql`,
  "namespace, kv": `/namespaces/${SPACE}?tab=kv`,
  "namespace, secrets": `/namespaces/${SPACE}?tab=secrets`,
  "namespace, variables": `/namespaces/${SPACE}?tab=variables`,
  "namespace, defaults": `/namespaces/${SPACE}?tab=defaults`,
  plugins: "/plugins",
  "one plugin": "/plugins/io.kestra.plugin.core.http.Request",
  "system, health": "/system",
  "system, limits": "/system?tab=limits",
  "system, settings": "/system?tab=settings",
  "system, usage": "/system?tab=usage",
  "system, audit": "/system?tab=audit",
  users: "/users",
  profile: "/profile",
};

beforeAll(async () => {
  for (const source of [QUIET("plain"), QUIET("other"), QUIET("counted", "manage.stock"), FAILING, PARENT])
    await save(source);
  await api(`/executions/${SPACE}/failing?wait=true`, { method: "POST" });
  await api(`/executions/${SPACE}/plain?wait=true`, { method: "POST" });
  const put = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
    fetch(`${origin}/api/v1/main${path}`, { method: "PUT", body, headers });
  await put(`/namespaces/${SPACE}/kv/limit`, "500");
  await put("/namespaces/manage/kv/dialect", '"postgresql"');
  await put("/pools/manage_pool", '{"slots": 2}', JSON_TYPE);
  await put("/namespaces/manage", JSON.stringify({ id: "manage", variables: { region: "eu" } }), JSON_TYPE);
  const file = new FormData();
  file.append("fileContent", new Blob(["select 1\n"]), "join.sql");
  await fetch(`${origin}/api/v1/main/namespaces/${SPACE}/files?path=/sql/join.sql`, { method: "POST", body: file });
});

test.each(Object.keys(ROUTES))("37, 39: %s is whole in both themes, on a phone and at 200 percent", async (name) => {
  complaints.length = 0;
  const page = await open(ROUTES[name] ?? "", { isShared: true });
  await expectWhole(page, [720, 360]);
  expect(complaints).toEqual([]);
});

test("keys: one is added with a type, changed as its next revision, and deleted", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=kv`);
  await page.getByRole("button", { name: "Add key" }).click();
  const panel = page.getByRole("complementary", { name: "New key" });
  await panel.getByLabel("Key").fill("watermark");
  await panel.getByLabel("Type").selectOption("DATETIME");
  await panel.getByLabel("Value").fill("yesterday");
  await panel.getByRole("button", { name: "Add the key" }).click();
  await panel.getByText("An instant, such as").waitFor();
  await panel.getByLabel("Value").fill("2026-01-31T12:00:00Z");
  await panel.getByLabel("Expires").selectOption("P1D");
  await panel.getByRole("button", { name: "Add the key" }).click();
  await page.getByRole("complementary", { name: "Key watermark" }).waitFor();
  const stored = await api<{ type: string }>(`/namespaces/${SPACE}/kv/watermark`);
  expect(stored.type).toBe("DATETIME");
  const kept = await api<{ key: string; expirationDate?: string }[]>(`/namespaces/${SPACE}/kv`);
  expect(kept.find(({ key }) => key === "watermark")?.expirationDate).toBeTruthy();

  await page.getByLabel("Value").fill("2026-02-01T00:00:00Z");
  await page.getByRole("button", { name: "Save as revision 2" }).click();
  await page.getByRole("button", { name: "Save as revision 3" }).waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Delete watermark" }).click();
  await page.getByRole("complementary").filter({ hasText: "watermark" }).waitFor({ state: "hidden" });
  await expect
    .poll(async () => (await fetch(`${origin}/api/v1/main/namespaces/${SPACE}/kv/watermark`)).status)
    .toBe(404);
});

test("keys: what somebody else saved meanwhile is not lost", async () => {
  await fetch(`${origin}/api/v1/main/namespaces/${SPACE}/kv/shared`, { method: "PUT", body: "1" });
  const page = await open(`/namespaces/${SPACE}?tab=kv`);
  await page.getByRole("button", { name: "shared", exact: true }).click();
  await page.getByLabel("Value").fill("2");
  await fetch(`${origin}/api/v1/main/namespaces/${SPACE}/kv/shared`, { method: "PUT", body: "3" });
  await page.getByRole("button", { name: "Save as revision 2" }).click();
  await page.getByRole("alert").waitFor();
  expect((await api<{ value: number }>(`/namespaces/${SPACE}/kv/shared`)).value).toBe(3);
});

test("secrets: set and deleted by name, and never part of a page", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=secrets`);
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("WAREHOUSE_PASSWORD");
  await page.getByLabel("Value").fill("hush-hush-hush");
  await page.getByRole("button", { name: "Save the secret" }).click();
  await page.getByRole("cell", { name: "WAREHOUSE_PASSWORD", exact: true }).waitFor();
  await page.reload();
  await page.getByRole("cell", { name: "WAREHOUSE_PASSWORD", exact: true }).waitFor();
  expect(await page.content()).not.toContain("hush-hush-hush");
  await page.getByRole("button", { name: "Delete WAREHOUSE_PASSWORD" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete WAREHOUSE_PASSWORD" }).click();
  await page.getByRole("cell", { name: "WAREHOUSE_PASSWORD", exact: true }).waitFor({ state: "hidden" });
});

test("files: made, written, an old revision brought back, moved, deleted", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=files`);
  await page.getByRole("button", { name: "New file" }).click();
  await page.getByLabel("Path").fill("lib/clean.py");
  await page.getByRole("button", { name: "Make the file" }).click();
  const text = page.getByRole("textbox", { name: "Text of lib/clean.py" });
  await text.click();
  await page.keyboard.type("one = 1");
  await page.keyboard.press("ControlOrMeta+s");
  await page.getByLabel("Revision").getByText("Revision 2, the last").waitFor({ state: "attached" });
  await text.click();
  await page.keyboard.press("End");
  await page.keyboard.type("0");
  await page.getByRole("button", { name: /^Save/ }).click();
  await page.getByLabel("Revision").getByText("Revision 3, the last").waitFor({ state: "attached" });
  await page.getByLabel("Revision").selectOption("2");
  await page.getByRole("button", { name: "Bring it back" }).click();
  await page.getByLabel("Revision").getByText("Revision 4, the last").waitFor({ state: "attached" });
  const read = (path: string) => fetch(`${origin}/api/v1/main/namespaces/${SPACE}/files?path=${path}`);
  expect(await (await read("/lib/clean.py")).text()).toBe("one = 1");
  await page.getByRole("button", { name: "Move or rename" }).click();
  await page.getByLabel("New path").fill("lib/tidy.py");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page.getByRole("textbox", { name: "Text of lib/tidy.py" }).waitFor();
  await page.getByRole("button", { name: "Delete the file" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the file" }).click();
  await page.getByText("Choose a file").waitFor();
  expect((await read("/lib/tidy.py")).status).toBe(404);
});

test("files: those that are dropped onto a directory are stored in it", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=files`);
  const target = page.getByRole("button", { name: "sql" });
  await target.waitFor();
  const data = await page.evaluateHandle(() => {
    const given = new DataTransfer();
    given.items.add(new File(["select 2"], "dropped.sql"));
    return given;
  });
  await target.dispatchEvent("drop", { dataTransfer: data });
  await page.getByText("1 file is stored").waitFor();
  const found = await fetch(`${origin}/api/v1/main/namespaces/${SPACE}/files?path=/sql/dropped.sql`);
  expect(await found.text()).toBe("select 2");
});

test("variables and defaults: problems are named with their line, and what is right is saved", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=variables`);
  await page.getByText("region").waitFor();
  await page.getByRole("textbox", { name: /^Variables of/ }).click();
  await page.keyboard.type("- bucket");
  await page.getByText("Variables are a map").waitFor();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("bucket: orders");
  await page.getByRole("button", { name: /^Save/ }).click();
  await page.getByText(`Saved for ${SPACE}`).waitFor();
  const stored = await api<{ variables: Record<string, string> }>(`/namespaces/${SPACE}`);
  expect(stored.variables).toEqual({ bucket: "orders" });
  await page.getByRole("link", { name: "Plugin defaults" }).click();
  await page.getByRole("textbox", { name: /^Plugin defaults of/ }).click();
  await page.keyboard.type("- values: {}");
  await page.getByText("Entry 1 has no type").waitFor();
});

test("plugins: found by what they do, and the example of each task is a flow that is right", async () => {
  const page = await open("/plugins?q=sends+a+request");
  await page.getByRole("link", { name: "Request", exact: true }).click();
  await page.getByRole("article", { name: "io.kestra.plugin.core.http.Request" }).waitFor();
  for (const type of ["core.http.Request", "core.log.Log", "core.flow.ForEach", "core.trigger.Schedule"]) {
    await page.goto(`${origin}/ui/plugins/io.kestra.plugin.${type}`);
    const source = await page.getByLabel("In a flow", { exact: true }).innerText();
    const [checked] = await api<{ constraints?: string }[]>("/flows/validate", {
      method: "POST",
      body: source,
      headers: { "content-type": "application/x-yaml" },
    });
    expect([type, checked?.constraints]).toEqual([type, undefined]);
  }
  await page.getByRole("link", { name: "Copy into a new flow" }).click();
  await page.getByText("io.kestra.plugin.core.trigger.Schedule").first().waitFor();
});

test("flows: many are disabled, enabled and deleted at once", async () => {
  for (const id of ["bulk_one", "bulk_two"]) await save(QUIET(id, "manage.bulk"));
  const page = await open("/flows?namespace=manage.bulk");
  await page.getByLabel("Select all flows shown").check();
  const bar = page.getByRole("region", { name: "Selection" });
  await bar.getByRole("button", { name: "Disable" }).click();
  await page.getByText("2 flows are disabled").waitFor();
  await page.getByText("disabled", { exact: true }).first().waitFor();
  expect((await api<{ disabled: boolean }>("/flows/manage.bulk/bulk_one")).disabled).toBe(true);
  const download = page.waitForEvent("download");
  await bar.getByRole("button", { name: "Export" }).click();
  expect((await download).suggestedFilename()).toBe("flows.zip");
  await bar.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete 2 flows" }).click();
  await page.getByText("2 flows are deleted").waitFor();
  expect((await fetch(`${origin}/api/v1/main/flows/manage.bulk/bulk_one`)).status).toBe(404);
});

test("flows: a YAML file is imported, and what could not be stored is named", async () => {
  const page = await open("/flows");
  await page.getByRole("button", { name: "Import" }).click();
  const files = page.getByLabel("Files to import");
  const yaml = (name: string, text: string) => ({ name, mimeType: "application/yaml", buffer: Buffer.from(text) });
  await files.setInputFiles(yaml("bad.yaml", "id: bad\nnamespace: manage\ntasks: 12"));
  await page.getByText("these could not be").waitFor();
  await files.setInputFiles(yaml("good.yaml", QUIET("imported", "manage.imported")));
  await page.getByText("The flows are imported").waitFor();
  expect((await api<{ id: string }>("/flows/manage.imported/imported")).id).toBe("imported");
});

test("flows: a text is found in all of them and replaced in those that are chosen", async () => {
  for (const id of ["change_me", "leave_me"]) await save(QUIET(id, "manage.texts"));
  const page = await open("/flows/search?q=hello+from&namespace=manage.texts");
  await page.getByLabel("Replace with").fill("greetings of");
  await page.getByText("greetings of change_me").waitFor();
  await page.getByRole("checkbox", { name: "Replace in manage.texts/leave_me" }).uncheck();
  await page.getByRole("button", { name: "Replace in 1 flow" }).click();
  await page.getByText("1 flow has a new revision").waitFor();
  const source = async (id: string) => (await api<{ source: string }>(`/flows/manage.texts/${id}?source=true`)).source;
  expect(await source("change_me")).toContain("greetings of");
  expect(await source("leave_me")).toContain("hello from");
});

test("dependencies: a flow stands left of the one it starts", async () => {
  const page = await open(`/namespaces/${SPACE}?tab=dependencies`);
  const left = await page.getByRole("link", { name: "parent" }).boundingBox();
  const right = await page.getByRole("link", { name: "counted" }).boundingBox();
  expect(left?.x ?? 0).toBeLessThan(right?.x ?? 0);
  await api(`/executions/${SPACE}/parent?wait=true`, { method: "POST" });
  await page.getByRole("listitem").filter({ hasText: "counted" }).getByText("Success").waitFor({ state: "attached" });
});

test("home: failures say why, and what starts next is there", async () => {
  const page = await open("/");
  await page.getByText("totals: totals differ by 12").waitFor();
  await page.getByRole("region", { name: "Starting next" }).getByText("parent").waitFor();
  await page.getByRole("heading", { name: "Success ratio" }).waitFor();
});

test("system: pools are made and changed, settings in force hold no secret", async () => {
  const page = await open("/system?tab=limits");
  await page.getByRole("button", { name: "Change manage_pool" }).click();
  await page.getByRole("textbox", { name: "Slots" }).fill("many");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("A whole number, such as 2").waitFor();
  await page.getByRole("textbox", { name: "Slots" }).fill("5");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("img", { name: "manage_pool: 0 of 5 slots are taken" }).waitFor();
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByText("kept 90 days").waitFor();
  await page.getByLabel("Those left as they are too").check();
  await page.getByRole("cell", { name: "retention.days" }).waitFor();
});

test("notifications: the number of those not read is in the rail, and reading takes it away", async () => {
  const page = await open("/");
  const entry = page.getByRole("button", { name: /^Notifications .*not read/ });
  await entry.click();
  await page.getByRole("link", { name: /^manage\.sales\.failing failed/ }).waitFor();
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await page.keyboard.press("Escape");
  await entry.waitFor({ state: "hidden" });
});

test("preferences: rows, zone and first page hold for another browser of the user", async () => {
  const page = await open("/profile");
  await page.getByLabel("Rows of lists").selectOption("comfortable");
  await page.getByText("Kept").waitFor();
  await page.getByLabel("First page").selectOption("/flows");
  await page.getByLabel("Times are shown in").selectOption("Asia/Tokyo");
  await expect.poll(async () => (await api<{ zone: string }>("/me/preferences/look")).zone).toBe("Asia/Tokyo");
  const other = await open("/triggers");
  await other.getByText("times in Asia/Tokyo").waitFor();
  expect(await other.evaluate(() => document.documentElement.dataset.density)).toBe("comfortable");
  await api("/me/preferences/look", { method: "PUT", body: "{}", headers: JSON_TYPE });
});

test("triggers: a test tells what one would start, and starts nothing", async () => {
  const count = async () => (await api<{ total: number }>("/executions/search?flowId=parent")).total;
  const before = await count();
  const page = await open(`/triggers?trigger=${encodeURIComponent(`${SPACE}/parent/yearly`)}`);
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await page.getByRole("button", { name: "Test it" }).click();
  await page.getByText("It would start an execution.").waitFor();
  expect(await count()).toBe(before);
});
