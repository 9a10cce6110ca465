import { expect, test } from "vitest";
import { ago } from "./ago";

test.each([
  [0, "now"],
  [59_000, "now"],
  [60_000, "1 minute ago"],
  [7_260_000, "2 hours ago"],
  [86_400_000, "yesterday"],
  [-5_000, "now"],
])("%i ms are %s", (millis, words) => {
  expect(ago(1e12, 1e12 + millis)).toBe(words);
});
