import { expect, test } from "vitest";
import { parseFrame } from "./stream";

test("the kind of a frame is its id", () => {
  expect(parseFrame('id: progress\ndata: {"a":1}')).toEqual({ kind: "progress", data: '{"a":1}' });
});

test("a comment is no frame", () => {
  expect(parseFrame(": ")).toBeNull();
});
