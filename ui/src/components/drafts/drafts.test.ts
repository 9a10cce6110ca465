import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { dropDraft, findDraft, keepDraft } from "./drafts";

const ROOM = 1_000;

/** A store as browsers have it: with room for so much, and refusing what is more. */
function storeOf(room: number): Storage {
  const values = new Map<string, string>();
  const used = (): number => [...values].reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return {
    get length() {
      return values.size;
    },
    key: (index) => [...values.keys()][index] ?? null,
    getItem: (name) => values.get(name) ?? null,
    removeItem: (name) => void values.delete(name),
    clear: () => values.clear(),
    setItem: (name, value) => {
      const before = values.get(name);
      values.set(name, value);
      if (used() <= room) return;
      if (before === undefined) values.delete(name);
      else values.set(name, before);
      throw new DOMException("full", "QuotaExceededError");
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("localStorage", storeOf(ROOM));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a draft is found until it is dropped", () => {
  keepDraft("a", "text", 3);
  expect(findDraft("a")).toMatchObject({ text: "text", revision: 3 });
  dropDraft("a");
  expect(findDraft("a")).toBeNull();
});

test("where there is no room the oldest drafts make way, and nothing that is none", () => {
  localStorage.setItem("tiercel.theme", "dark");
  for (const key of ["first", "second", "third"]) {
    vi.advanceTimersByTime(1_000);
    keepDraft(key, "x".repeat(200), 1);
  }
  vi.advanceTimersByTime(1_000);
  keepDraft("fourth", "y".repeat(400), 1);
  expect(["first", "second", "third", "fourth"].map((key) => findDraft(key)?.text.length)).toEqual([
    undefined,
    undefined,
    200,
    400,
  ]);
  expect(localStorage.getItem("tiercel.theme")).toBe("dark");
});

test("a text that is larger than all the room leaves what was kept of it before", () => {
  keepDraft("a", "short", 1);
  keepDraft("a", "z".repeat(2 * ROOM), 1);
  expect(findDraft("a")?.text).toBe("short");
});
