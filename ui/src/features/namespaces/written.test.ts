import { expect, test } from "vitest";
import { defaultsText, readDefaults, readVariables, variablesText } from "./written";

test("what is set comes back from its text", () => {
  const variables = { bucket: "orders", deep: { a: [1, true] } };
  expect(readVariables(variablesText(variables))).toEqual({ value: variables });
  const defaults = [{ type: "a.Log", forced: true, values: { level: "WARN" } }];
  expect(readDefaults(defaultsText(defaults))).toEqual({ value: defaults });
});

test("nothing is written for nothing, and read as nothing", () => {
  expect(variablesText({})).toBe("");
  expect(readVariables("")).toEqual({ value: {} });
  expect(readDefaults("# none\n")).toEqual({ value: [] });
});

test("what is wrong is named with its line", () => {
  expect(readVariables("a: 1\nb: [")).toMatchObject({ problems: [{ line: 2 }] });
  expect(readVariables("- a")).toHaveProperty("problems");
  expect(readDefaults("a: 1")).toHaveProperty("problems");
  expect(readDefaults("- values: {}")).toMatchObject({ problems: [{ detail: expect.stringContaining("Entry 1") }] });
  expect(readDefaults("- type: a.B")).toMatchObject({ problems: [{ detail: expect.stringContaining("a.B") }] });
});
