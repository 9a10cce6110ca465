import { expect, test, vi } from "vitest";

async function timesIn(lang: string, zone: string) {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: { lang } });
  vi.stubGlobal("localStorage", { getItem: (name: string) => (name === "tiercel.zone" ? zone : null) });
  return import("./times");
}

const AT = new Date("2026-01-31T22:30:15Z");

test("times are in the chosen zone, as the language writes them", async () => {
  const english = await timesIn("en", "Asia/Tokyo");
  expect(english.clockTime(AT)).toBe("07:30:15");
  expect(english.longDay(AT)).toBe("Sunday 1 February");
  const german = await timesIn("de", "America/New_York");
  expect(german.clockTime(AT)).toBe("17:30:15");
  expect(german.longDay(AT)).toBe("Samstag, 31. Januar");
  expect(german.moment(AT.toISOString(), new Date("2026-03-01T00:00:00Z"))).toBe("31. Jan. 17:30");
});

test("lengths of time have the decimals of the language", async () => {
  const { length } = await timesIn("de", "UTC");
  expect([0, 850, 3_240, 61_000, 5_820_000].map(length)).toEqual([
    "0 ms",
    "850 ms",
    "3,2 s",
    "1 min 1 s",
    "1 h 37 min",
  ]);
});

test("instants in sentences of the server are told by the clock of the page", async () => {
  const { retold } = await timesIn("en", "Asia/Tokyo");
  const told = retold("It waits for 2030-11-27T04:00:00Z. What it did last failed: no file");
  expect(told).toBe("It waits for 27 Nov 2030 13:00. What it did last failed: no file");
});
