import { expect, test } from "vitest";
import { readField } from "../wallClock";
import { firstText, isSent, toWire } from "./values";

const input = { id: "at", type: "DATETIME", defaults: "2026-01-31T09:30:15Z" };

test("an instant is shown and sent by the clock of the page's zone", () => {
  const shown = firstText(input);
  expect(shown).toMatch(/^2026-01-3\dT\d\d:\d\d:15$/);
  expect(toWire(input, shown)).toBe("2026-01-31T09:30:15.000Z");
  expect(isSent(input, shown)).toBe(false);
  expect(isSent(input, "2026-02-01T09:30")).toBe(true);
});

test("a field is read in the zone that was chosen, seconds and all", () => {
  expect(readField("2026-07-01T09:30:15", "Asia/Tokyo").toISOString()).toBe("2026-07-01T00:30:15.000Z");
});

test("what is no instant stays as it is written", () => {
  expect(firstText({ ...input, defaults: "{{ now() }}" })).toBe("{{ now() }}");
});
