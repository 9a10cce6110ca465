import fc from "fast-check";
import { expect, test } from "vitest";
import { LineFeed } from "./lineFeed";
import type { LogLine } from "./types";

const line = (at: number, message: string): LogLine => ({
  namespace: "test",
  flowId: "flow",
  timestamp: new Date(at).toISOString(),
  level: "INFO",
  message,
});

const words = (feed: LineFeed): string[] => feed.lines.map(({ message }) => message);

test("equal lines of one moment are as many as were written", () => {
  const feed = new LineFeed();
  feed.begin();
  feed.add([line(1, "a")]);
  feed.replace([line(1, "a"), line(1, "a")]);
  feed.add([line(1, "a"), line(1, "a")]);
  expect(words(feed)).toEqual(["a", "a", "a"]);
});

test("a line that was late stands where it belongs", () => {
  const feed = new LineFeed();
  feed.replace([line(10, "first"), line(30, "third")]);
  feed.add([line(20, "second")]);
  expect(words(feed)).toEqual(["first", "second", "third"]);
});

test("whenever it is read, no line is lost or doubled", () => {
  const written = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 2 }), message: fc.constantFrom("a", "b") }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(written, fc.infiniteStream(fc.nat(2)), (all, choices) => {
      let clock = 0;
      const lines = all.map(({ wait, message }) => {
        clock += wait;
        return line(clock, message);
      });
      const next = (): number => choices.next().value as number;
      const feed = new LineFeed();
      // All that was stored when the reading was answered is in the answer; what is told comes later than it is stored.
      let [told, stored] = [0, 0];
      let reading: number | null = null;
      feed.begin();
      reading = 0;
      while (told < lines.length || reading !== null) {
        const choice = next();
        if (choice === 0 && stored < lines.length) stored++;
        else if (choice === 1 && told < stored) feed.add(lines.slice(told, ++told));
        else if (reading !== null) {
          feed.replace(lines.slice(0, stored));
          reading = null;
        } else if (told === stored && stored < lines.length) {
          feed.begin();
          reading = stored;
        }
      }
      expect(words(feed)).toEqual(lines.map(({ message }) => message));
    }),
  );
});
