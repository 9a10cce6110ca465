import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/interface-checks.md"), "utf8");
const COUNT = 40;
const TITLE = /\b(?:test|describe)(?:\.each\([^)]*\))?\(\s*["'`](\d+(?:, \d+)*): /g;

/** The numbers that the names of the tests of a file begin with. */
function numbersOf(file: string): number[] {
  // Lists that tests are made from may hold brackets of their own.
  const text = readFileSync(join(ROOT, file), "utf8").replaceAll(/\.each\(\[.*?\]\)/gs, "");
  return [...text.matchAll(TITLE)].flatMap(([, numbers = ""]) => numbers.split(", ").map(Number));
}

const rows = [...PAGE.matchAll(/^\| (\d+) \| (.+) \| (.+) \|$/gm)].map(([, number, promise, shown = ""]) => ({
  number: Number(number),
  promise,
  files: [...shown.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
}));

test("the page has each of the forty promises once, with a test that shows it", () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
  expect(rows.filter(({ files }) => files.length === 0)).toEqual([]);
});

test("each test that the page names is there, and those in Chromium begin with the number", () => {
  for (const { number, files } of rows) {
    for (const file of files) {
      const numbers = numbersOf(file);
      if (file.startsWith("ui/browser/")) expect([file, numbers.includes(number)]).toEqual([file, true]);
    }
  }
});

test("no test in Chromium begins with a number that the page does not have", () => {
  const files = readdirSync(join(ROOT, "ui/browser"), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".test.ts"))) {
    for (const number of numbersOf(`ui/browser/${file}`)) expect(number).toBeLessThanOrEqual(COUNT);
  }
});
