import { defineConfig } from "vitest/config";

const shared = {
  environment: "node",
  // Waits are long, for a machine that does other things too: only what fails takes them.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 20_000 } },
} as const;

/** Two files at a time, each with a server of its own; then, alone, those that measure how long something takes. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "use",
          include: ["browser/*.test.ts"],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "speed",
          include: ["browser/timed/*.test.ts"],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
