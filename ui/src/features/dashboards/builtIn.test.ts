import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

const FOLDER = join(import.meta.dirname, "../../../../src/tiercel/operations/built_in_dashboards");

test("each word of the built-in dashboards is known", async () => {
  vi.stubGlobal("tiercelTexts", (text: string) => `«${text.split("##")[0]}»`);
  const { wordOf } = await import("./builtIn");
  const words = readdirSync(FOLDER)
    .map((name) => readFileSync(join(FOLDER, name), "utf8"))
    .flatMap((source) => [...source.matchAll(/^ *(?:title|description|displayName): (.*)$/gm)])
    .map(([, word = ""]) => word);
  expect(words.length).toBeGreaterThan(50);
  expect(words.filter((word) => wordOf(word) !== `«${word}»`)).toEqual([]);
});
