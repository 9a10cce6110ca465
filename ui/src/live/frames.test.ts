import { expect, test } from "vitest";
import { parseFrame, readFrames } from "./frames";
import { type Frame, isAbout } from "./protocol";

const bodyOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

test("a frame has a place, a kind and data", () => {
  const { id, frame } = parseFrame('id: e-7\nevent: flow\ndata: {"id":"a"}');
  expect(id).toBe("e-7");
  expect(frame).toEqual({ id: "e-7", kind: "flow", data: { id: "a" } });
});

test("a comment is no frame, and one without data only moves the place", () => {
  expect(parseFrame(": ")).toEqual({ id: null, frame: null });
  expect(parseFrame("id: e-9\n: ")).toEqual({ id: "e-9", frame: null });
});

test("frames are read however they are cut, and half a frame is none", async () => {
  const read: Frame[] = [];
  const places: (string | null)[] = [];
  await readFrames(
    bodyOf("id: e-1\nevent: flow\nda", 'ta: {"id":"a"}\n', "\nid: e-2\n: \n\nid: e-3\nevent: flow\ndata: {"),
    (frames, lastId) => {
      read.push(...frames);
      places.push(lastId);
    },
  );
  expect(read).toEqual([{ id: "e-1", kind: "flow", data: { id: "a" } }]);
  expect(places.findLast((place) => place !== null)).toBe("e-2");
});

test("a frame is given to those that want its topic or its execution", () => {
  const log: Frame = { id: "e-1", kind: "log", data: { executionId: "x" } };
  expect(isAbout(log, new Set(["logs"]))).toBe(true);
  expect(isAbout(log, new Set(["logs:x"]))).toBe(true);
  expect(isAbout(log, new Set(["logs:y", "executions", "task-runs:x"]))).toBe(false);
  expect(isAbout({ id: "e-2", kind: "reset", data: {} }, new Set(["flows"]))).toBe(true);
});
