import fc from "fast-check";
import { expect, test } from "vitest";
import { CARD, layer } from "./layers";

const link = (source: string, target: string) => ({ source, target });

test("what leads to another stands left of it, by the longest way", () => {
  const { at } = layer(["a", "b", "c"], [link("a", "b"), link("b", "c"), link("a", "c")]);
  const x = (uid: string): number => at.get(uid)?.x ?? Number.NaN;
  expect(x("a")).toBeLessThan(x("b"));
  expect(x("b")).toBeLessThan(x("c"));
});

test("what has no link is named apart", () => {
  expect(layer(["a", "b", "lonely"], [link("a", "b")]).alone).toEqual(["lonely"]);
  expect(layer(["self"], [link("self", "self")]).alone).toEqual(["self"]);
});

test("a circle and a long chain are laid out too", () => {
  expect(layer(["a", "b"], [link("a", "b"), link("b", "a")]).at.size).toBe(2);
  const names = Array.from({ length: 20_000 }, (_, index) => String(index));
  const links = names.slice(1).map((name, index) => link(String(index), name));
  expect(layer(names, links).at.size).toBe(names.length);
});

test("lines that need not cross do not", () => {
  const { at } = layer(["a", "b", "x", "y"], [link("a", "y"), link("b", "x")]);
  const order = (one: string, other: string): boolean => (at.get(one)?.y ?? 0) < (at.get(other)?.y ?? 0);
  expect(order("a", "b")).toBe(order("y", "x"));
});

test("no two cards overlap, whatever leads to what", () => {
  const name = fc.constantFrom(..."abcdefgh");
  fc.assert(
    fc.property(fc.array(fc.record({ source: name, target: name }), { maxLength: 24 }), (links) => {
      const { at, alone, width, height } = layer([..."abcdefgh"], links);
      expect(at.size + alone.length).toBe(8);
      const places = [...at.values()];
      for (const one of places) {
        expect(one.x + CARD.width).toBeLessThanOrEqual(width);
        expect(one.y + CARD.height).toBeLessThanOrEqual(height);
        for (const other of places) {
          const isApart = Math.abs(one.x - other.x) >= CARD.width || Math.abs(one.y - other.y) >= CARD.height;
          expect(one === other || isApart).toBe(true);
        }
      }
    }),
  );
});
