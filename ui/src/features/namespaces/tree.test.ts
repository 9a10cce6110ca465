import { expect, test } from "vitest";
import { above, treeOf } from "./tree";

test("a namespace stands below those whose names begin its own, though nothing is in them", () => {
  const [shop, system] = treeOf(["shop.ml.train", "system", "shop.ingest"]);
  expect(shop?.children.map(({ name }) => name)).toEqual(["ingest", "ml"]);
  expect(shop?.children[1]?.children[0]?.id).toBe("shop.ml.train");
  expect(shop?.size).toBe(2);
  expect(system?.children).toEqual([]);
});

test("a name that only begins like another is not above it", () => {
  expect(treeOf(["shop", "shopping.list"]).map(({ id }) => id)).toEqual(["shop", "shopping"]);
});

test("those above are named from the outermost on", () => {
  expect(above("a.b.c")).toEqual(["a", "a.b"]);
  expect(above("a")).toEqual([]);
});
