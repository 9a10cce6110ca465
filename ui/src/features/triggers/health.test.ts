import { expect, test } from "vitest";
import type { Trigger } from "../../api/triggers";
import { healthOf, secondsOf } from "./health";

function trigger(state: Partial<Trigger["state"]>, isOff = false): Trigger {
  const key = { namespace: "n", flowId: "f", triggerId: "t" };
  return {
    trigger: { id: "t", type: "x", disabled: isOff },
    state: { ...key, disabled: false, locked: false, reason: "", ...state },
  };
}

test.each([
  [trigger({}), "healthy"],
  [trigger({ lag: "PT6M" }), "late"],
  [trigger({ lag: "PT2S" }), "healthy"],
  [trigger({ lag: "PT6M", error: "no host" }), "failing"],
  [trigger({ locked: true }), "held"],
  [trigger({ disabled: true, error: "no host" }), "off"],
  [trigger({}, true), "off"],
])("a trigger in one word: %#", (one, expected) => {
  expect(healthOf(one)).toBe(expected);
});

test("durations have seconds", () => {
  expect(secondsOf("P1DT1H1M1.5S")).toBe(90_061.5);
  expect(secondsOf(undefined)).toBe(0);
});
