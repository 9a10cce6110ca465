import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 60_000;

export interface Served {
  origin: string;
  /** Where the server keeps its files, for tests that fill it with more than could be run. */
  home: string;
  stop: () => Promise<void>;
}

/** Serves a new installation on a free port. */
export async function serve(): Promise<Served> {
  const home = mkdtempSync(join(tmpdir(), "tiercel-ui-"));
  const port = await freePort();
  const command = join(process.env.PYTHON_BIN ?? "../.venv/bin", "tiercel");
  const server = spawn(command, ["server", "--port", String(port), "--no-auth"], {
    env: { ...process.env, TIERCEL_HOME: home },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const origin = `http://localhost:${port}`;
  await answering(`${origin}/ping`, server);
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    process.off("exit", kill);
    rmSync(home, { recursive: true, force: true });
  };
  return { origin, home, stop };
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}`);
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The server does not answer");
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
