import { defineConfig } from "vitest/config";

/** Two files at a time, each with a server of its own. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["browser/*.test.ts"],
    // Waits are long, for a machine that does other things too: only what fails takes them.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
  },
});
