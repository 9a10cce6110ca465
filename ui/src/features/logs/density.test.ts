import { expect, test } from "vitest";
import { densityOf } from "./density";

const RANGE = { startDate: "2026-01-01T10:20:00Z", endDate: "2026-01-01T13:05:00Z", bucketSeconds: 3600, total: 3 };

test("each stretch of the range has its bar, those without lines too", () => {
  const { bars, most, counts } = densityOf({
    ...RANGE,
    results: [
      { at: "2026-01-01T11:00:00Z", level: "INFO", lines: 7 },
      { at: "2026-01-01T11:00:00Z", level: "ERROR", lines: 2 },
      { at: "2026-01-01T13:00:00Z", level: "INFO", lines: 1 },
    ],
  });
  expect(bars.map(({ from, total }) => [from.slice(11, 16), total])).toEqual([
    ["10:00", 0],
    ["11:00", 9],
    ["12:00", 0],
    ["13:00", 1],
  ]);
  expect(bars[1]?.to).toBe("2026-01-01T12:00:00.000Z");
  expect(bars[1]?.counts).toEqual({ INFO: 7, ERROR: 2 });
  expect([most, counts.INFO, counts.ERROR, counts.WARN]).toEqual([9, 8, 2, 0]);
});

test("what no stretch takes is counted all the same", () => {
  const { bars, counts } = densityOf({ results: [{ at: "x", level: "WARN", lines: 3 }], total: 1 });
  expect([bars.length, counts.WARN]).toEqual([0, 3]);
});
