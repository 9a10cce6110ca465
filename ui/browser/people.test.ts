import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violationsOf } from "./whole";

// A server of its own, since the one of the other tests asks nobody to sign in.
const PASSWORD = "Correct-Horse-1";
const ADMIN = "first@example.org";
const home = mkdtempSync(join(tmpdir(), "tiercel-people-"));
let server: ChildProcess;
let browser: Browser;
let origin = "";
let setupToken = "";
let page: Page;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const command = join(process.env.PYTHON_BIN ?? "../.venv/bin", "tiercel");
  server = spawn(command, ["server", "--port", String(port)], {
    env: { ...process.env, TIERCEL_HOME: home },
    stdio: ["ignore", "ignore", "pipe"],
  });
  setupToken = await tokenOf(server);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  context.setDefaultTimeout(20_000);
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  server?.once("exit", () => rmSync(home, { recursive: true, force: true }));
  server?.kill("SIGTERM");
});

test("37, 39: the first page of all makes the first user, with the token that was printed", async () => {
  await page.goto(`${origin}/ui/`);
  await page.getByRole("heading", { name: "Make the first user" }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByLabel("Set-up token").fill("not the token");
  await page.getByLabel("User name").fill(ADMIN);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make the user and sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Set-up token").fill(setupToken);
  await page.getByRole("button", { name: "Make the user and sign in" }).click();
  await page.getByRole("heading", { name: "Run your first flow" }).waitFor();
});

test("users: one is added with a role in a namespace, disabled, and what was done is in the audit log", async () => {
  await page.goto(`${origin}/ui/users`);
  await page.getByRole("button", { name: "Add user" }).click();
  await page.getByLabel("User name").fill("second@example.org");
  await page.getByLabel("Password").fill("short");
  await page.getByLabel("Role 1", { exact: true }).selectOption("editor");
  await page.getByLabel("Namespace of role 1").fill("shop");
  await page.getByRole("button", { name: "Add the user" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Add the user" }).click();
  await page.getByRole("cell", { name: "editor in shop" }).waitFor();
  await page.getByRole("button", { name: "Disable second@example.org" }).click();
  await page.getByRole("button", { name: "Enable second@example.org" }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.goto(`${origin}/ui/system?tab=audit`);
  await page.getByRole("cell", { name: "second@example.org" }).first().waitFor();
});

test("tokens: one is shown once, works until it is revoked, and is refused afterwards", async () => {
  await page.goto(`${origin}/ui/profile`);
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByRole("button", { name: "Make the token" }).click();
  await page.getByText("A token needs a name").waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("deployment");
  await page.getByRole("button", { name: "Make the token" }).click();
  const token = await page.getByLabel("The token").inputValue();
  const ask = () => fetch(`${origin}/api/v1/main/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(((await (await ask()).json()) as { username: string }).username).toBe(ADMIN);
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.reload();
  await page.getByRole("cell", { name: "deployment", exact: true }).waitFor();
  expect(await page.content()).not.toContain(token);
  await page.getByRole("button", { name: "Revoke deployment" }).click();
  await page.getByRole("button", { name: "Revoke it" }).click();
  await page.getByText("No token yet").waitFor();
  expect((await ask()).status).toBe(401);
});

test("the own password is changed by somebody who knows it", async () => {
  await page.goto(`${origin}/ui/profile`);
  await page.getByLabel("Password now").fill("Not-The-Password-1");
  await page.getByLabel("New password").fill("Another-Horse-2");
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Password now").fill(PASSWORD);
  await page.getByRole("button", { name: "Change the password" }).click();
  await page.getByText("The password is changed").waitFor();
});

function tokenOf(from: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    from.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${text}`)));
    from.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /set-up token:\s+(\S+)/.exec(text)?.[1];
      if (found && text.includes("serves http")) resolve(found);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
