import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalogue, Forms } from "../text";
import { FORMATTING, NO_TEXT, NO_TEXT_IN } from "./allowed";
import { type Found, scan } from "./scan";

const SRC = join(import.meta.dirname, "../..");
const GERMAN = join(SRC, "i18n/de");

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (path) => /\.tsx?$/.test(path) && !/\.test\.ts$|\.d\.ts$|^i18n\/gate/.test(path),
);
const found: [string, Found][] = files.map((path) => [
  path,
  scan(path, readFileSync(join(SRC, path), "utf8"), new Set([...NO_TEXT, ...(NO_TEXT_IN[path] ?? [])])),
]);
const texts = new Map(found.flatMap(([, { texts }]) => [...texts]));
const german = new Map<string, Catalogue>(
  readdirSync(GERMAN).map((name) => [name, JSON.parse(readFileSync(join(GERMAN, name), "utf8"))]),
);
const translations = [...german.values()].flatMap((catalogue) => Object.entries(catalogue));

test("what a reader sees stands in the catalogues", () => {
  expect(found.flatMap(([path, { raw }]) => raw.map((text) => `${path}:${text}`))).toEqual([]);
});

test("texts are looked up by what stands in the code, so that they can be found", () => {
  expect(found.flatMap(([path, { unclear }]) => unclear.map((one) => `${path}:${one}`))).toEqual([]);
});

test("dates and numbers are written in few places, which know the language and the zone", () => {
  const own = files.filter((path) =>
    /\.toLocale(?:Date|Time)?String\(|new Intl\.(?:DateTime|Number|RelativeTime)Format/.test(
      readFileSync(join(SRC, path), "utf8"),
    ),
  );
  expect(own.filter((path) => !FORMATTING.includes(path))).toEqual([]);
});

test("each text is in German", () => {
  const known = new Set(translations.map(([text]) => text));
  const missing = found.flatMap(([path, { texts }]) =>
    [...texts.keys()].filter((text) => !known.has(text)).map((text) => `${path}: ${text}`),
  );
  expect(missing).toEqual([]);
});

test("German has no text that is not used, none twice, and none empty", () => {
  const unused = [...german].flatMap(([file, catalogue]) =>
    Object.keys(catalogue)
      .filter((text) => !texts.has(text))
      .map((text) => `${file}: ${text}`),
  );
  expect(unused).toEqual([]);
  const all = translations.map(([text]) => text);
  expect(all.filter((text, at) => all.indexOf(text) !== at)).toEqual([]);
  expect(translations.filter(([, said]) => Object.values(formsOf(said)).some((form) => !form.trim()))).toEqual([]);
});

test("each translation has the forms, names and tags of its text", () => {
  const wrong = translations.filter(([text, said]) => {
    const english = texts.get(text);
    if (!english) return false;
    const isPlural = typeof said !== "string";
    if (isPlural !== english.length > 1) return true;
    if (isPlural && !(said.one && said.other)) return true;
    return Object.values(formsOf(said)).some(
      (form) =>
        !isSubset(marks(form), marks(...english)) || !isSubset(marks(text), marks(...Object.values(formsOf(said)))),
    );
  });
  expect(wrong.map(([text]) => text)).toEqual([]);
});

function formsOf(said: string | Forms): Record<string, string> {
  return typeof said === "string" ? { other: said } : (said as Record<string, string>);
}

/** Names and tags, in order; how often each stands there is free. */
function marks(...forms: string[]): Set<string> {
  return new Set(forms.flatMap((form) => form.match(/\{\w+\}|<\/?\w+>/g) ?? []));
}

function isSubset(some: Set<string>, all: Set<string>): boolean {
  return [...some].every((one) => all.has(one));
}
