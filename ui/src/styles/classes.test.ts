import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "..");
/** Written by the libraries of the code editor and of the graph. */
const FOREIGN = /^(?:cm-|react-flow)/;
/** Comments, what a reader sees, and where modules come from: words there name no class. */
const NO_CLASS = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bt\("(?:[^"\\]|\\.)*"|^import [^;]*;/gm;
const TEXT = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'/g;
const WORD = /-?[a-zA-Z_][\w-]*/g;

const styles = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".css"));
const code = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.ts$/.test(path))
  .map((path) => readFileSync(join(SRC, path), "utf8"));
const page = readFileSync(join(SRC, "../index.html"), "utf8");

const texts = [page, ...code.flatMap((text) => text.replace(NO_CLASS, "").match(TEXT) ?? [])];
const words = new Set(texts.flatMap((text) => text.match(WORD) ?? []));
/** Beginnings of those that are put together, such as `log__line--` with a level. */
const beginnings = code.flatMap((text) => [...text.matchAll(/([\w-]+--)\$\{/g)].map(([, beginning = ""]) => beginning));

function classesOf(name: string): Set<string> {
  const text = readFileSync(join(import.meta.dirname, name), "utf8");
  const selectors = text.replace(/\/\*[\s\S]*?\*\/|@import[^;]*;|\{[^{}]*\}/g, " ");
  return new Set([...selectors.matchAll(/\.(-?[a-zA-Z_][\w-]*)/g)].map(([, found = ""]) => found));
}

test("each class that has a style is used", () => {
  const isUsed = (one: string): boolean =>
    FOREIGN.test(one) || words.has(one) || beginnings.some((beginning) => one.startsWith(beginning));
  const unused = styles.flatMap((name) =>
    [...classesOf(name)].filter((one) => !isUsed(one)).map((one) => `${name}: .${one}`),
  );
  expect(unused).toEqual([]);
});
