import { defineConfig } from "vitest/config";

/** What `make bench NAME=b12` runs: one file at a time, as each has the machine for itself. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["benchmarks/*.bench.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
  },
});
