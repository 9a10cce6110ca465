import { expect, test } from "vitest";
import { ALL, findTypes } from "./finding";

const known = [
  "io.kestra.plugin.aws.s3.Copy",
  "io.kestra.plugin.core.debug.Return",
  "io.kestra.plugin.core.log.Log",
  "io.kestra.plugin.scripts.python.Script",
  "io.kestra.plugin.core.log.PurgeLogs",
].map((cls) => ({ cls, title: cls.endsWith("Copy") ? "Copies an object and logs it" : "" }));
const found = (text: string, group: string = ALL): string[] =>
  findTypes(known, text, group).map(({ cls }) => cls.split(".").at(-1) ?? "");

test("without a word, what most flows are made of comes first", () => {
  expect(found("")).toEqual(["Log", "Script", "PurgeLogs", "Return", "Copy"]);
});

test("types that fit by their own name come before those that only speak of it", () => {
  expect(found("log")).toEqual(["Log", "PurgeLogs", "Copy"]);
  expect(found("s3 copy")).toEqual(["Copy"]);
  expect(found("", "script")).toEqual(["Script"]);
});
