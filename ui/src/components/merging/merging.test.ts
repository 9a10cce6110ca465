import { expect, test } from "vitest";
import { mergeTexts, resolved } from "./merging";

const BASE = "a\nb\nc\nd\ne\n";

test("changes of different lines come together by themselves", () => {
  const parts = mergeTexts(BASE, BASE.replace("a", "A"), BASE.replace("e", "E"));
  expect(parts.every(({ kind }) => kind === "same")).toBe(true);
  expect(resolved(parts, [])).toBe("A\nb\nc\nd\nE\n");
});

test("the same change on both sides is no conflict", () => {
  expect(resolved(mergeTexts(BASE, BASE.replace("c", "C"), BASE.replace("c", "C")), [])).toBe(BASE.replace("c", "C"));
});

test("a line that both changed is asked for", () => {
  const parts = mergeTexts(BASE, BASE.replace("c", "mine"), BASE.replace("c", "theirs"));
  expect(parts.filter(({ kind }) => kind === "conflict")).toEqual([
    { kind: "conflict", mine: ["mine"], theirs: ["theirs"] },
  ]);
  expect(resolved(parts, ["theirs"])).toBe(BASE.replace("c", "theirs"));
  expect(resolved(parts, ["mine"])).toBe(BASE.replace("c", "mine"));
});
