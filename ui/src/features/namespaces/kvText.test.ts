import { expect, test } from "vitest";
import type { KvType } from "../../api/kv";
import { bodyOf, fieldText } from "./kvText";

test.each<[KvType, string, string]>([
  ["STRING", 'a "b"', '"a \\"b\\""'],
  ["STRING", "12", '"12"'],
  ["NUMBER", " 12.5 ", "12.5"],
  ["BOOLEAN", "true", "true"],
  ["DATE", "2026-01-31", "2026-01-31"],
  ["DATETIME", "2026-01-31T12:00:00+01:00", "2026-01-31T11:00:00.000Z"],
  ["DURATION", "P1DT2H", "P1DT2H"],
  ["JSON", '{"a": [1]}', '{"a": [1]}'],
])("%s: %s is sent as what the server reads it from", (type, text, body) => {
  expect(bodyOf(type, text)).toEqual({ body });
});

test.each<[KvType, string]>([
  ["NUMBER", ""],
  ["NUMBER", "twelve"],
  ["BOOLEAN", "yes"],
  ["DATE", "2026-13-01"],
  ["DATETIME", "2026-01-31"],
  ["DURATION", "P"],
  ["DURATION", "5 minutes"],
  ["JSON", "{a: 1}"],
  ["JSON", "12"],
])("%s: %s is refused with what would be right", (type, text) => {
  expect(bodyOf(type, text)).toHaveProperty("problem");
});

test("a structure is shown in lines, anything else as it is", () => {
  expect(fieldText({ type: "JSON", value: [1] })).toBe("[\n  1\n]");
  expect(fieldText({ type: "STRING", value: "a" })).toBe("a");
  expect(fieldText({ type: "BOOLEAN", value: false })).toBe("false");
});
