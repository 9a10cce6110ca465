import fc from "fast-check";
import { expect, test } from "vitest";
import { dayStart, fieldText, readField } from "./wallClock";

const BERLIN = "Europe/Berlin";

test("a field shows the clock of the zone, and means it", () => {
  expect(fieldText(new Date("2026-01-31T23:30:00Z"), BERLIN)).toBe("2026-02-01T00:30");
  expect(fieldText(new Date("2026-07-01T00:00:00Z"), "Asia/Kathmandu")).toBe("2026-07-01T05:45");
  expect(readField("2026-02-01T00:30", BERLIN).toISOString()).toBe("2026-01-31T23:30:00.000Z");
  expect(readField("2026-07-01T09:00", BERLIN).toISOString()).toBe("2026-07-01T07:00:00.000Z");
});

test("an hour that comes twice is the first of both, one that is left out counts on", () => {
  expect(readField("2026-10-25T02:30", BERLIN).toISOString()).toBe("2026-10-25T00:30:00.000Z");
  expect(readField("2026-03-29T02:30", BERLIN).toISOString()).toBe("2026-03-29T01:30:00.000Z");
});

test("days begin at their own midnight, whatever their length", () => {
  const from = new Date("2026-03-28T15:00:00Z");
  const starts = [0, 1, 2].map((days) => dayStart(from, days, BERLIN).toISOString());
  expect(starts).toEqual(["2026-03-27T23:00:00.000Z", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"]);
  expect(dayStart(new Date("2026-01-31T10:00:00Z"), 1, "UTC").toISOString()).toBe("2026-02-01T00:00:00.000Z");
});

test("what a field shows means the same moment, but for an hour that comes twice", () => {
  const zones = fc.constantFrom("UTC", BERLIN, "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe");
  const minutes = fc.integer({ min: 0, max: 40 * 365 * 24 * 60 }).map((count) => Date.UTC(1990, 0, 1) + count * 60_000);
  fc.assert(
    fc.property(minutes, zones, (at, zone) => {
      const back = readField(fieldText(new Date(at), zone), zone).getTime();
      expect(at - back).toBeGreaterThanOrEqual(0);
      expect(fieldText(new Date(back), zone)).toBe(fieldText(new Date(at), zone));
    }),
    { numRuns: 500 },
  );
});
