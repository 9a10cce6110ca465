import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Connection } from "./connection";
import type { Frame, Standing } from "./protocol";

interface Call {
  url: string;
  lastId: string | null;
  send: (text: string) => void;
  end: () => void;
  fail: () => void;
  isAborted: () => boolean;
}

let calls: Call[];
let frames: Frame[];
let standings: Standing[];
let answer: () => number;

/** A server that is called by `fetch`: what it sends is said by each test. */
function serve(url: string, { headers, signal }: { headers: Record<string, string>; signal: AbortSignal }) {
  const status = answer();
  if (status === 0) return Promise.reject(new TypeError("no network"));
  if (status !== 200) return Promise.resolve(new Response("", { status }));
  let stream: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
    },
  });
  signal.addEventListener("abort", () => stream.error(new DOMException("aborted", "AbortError")));
  calls.push({
    url,
    lastId: headers["last-event-id"] ?? null,
    send: (text) => stream.enqueue(new TextEncoder().encode(text)),
    end: () => stream.close(),
    fail: () => stream.error(new TypeError("network")),
    isAborted: () => signal.aborted,
  });
  return Promise.resolve(new Response(body, { status: 200 }));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", serve);
  [calls, frames, standings, answer] = [[], [], [], () => 200];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const made = (): Connection =>
  new Connection({ onFrames: (read) => frames.push(...read), onStanding: (standing) => standings.push(standing) });

const call = (at: number): Call => {
  const found = calls.at(at);
  if (!found) throw new Error(`no call ${at}`);
  return found;
};

const passed = (millis: number): Promise<unknown> => vi.advanceTimersByTimeAsync(millis);

test("more topics are followed from where the stream is, all in one", async () => {
  const connection = made();
  connection.follow(["executions"]);
  await passed(50);
  call(0).send('id: e-1\nevent: ready\ndata: {}\n\nid: e-4\nevent: execution\ndata: {"id":"a"}\n\n');
  await passed(10);
  connection.follow(["executions", "logs:a"]);
  connection.follow(["executions", "logs:a", "task-runs:a"]);
  await passed(50);
  expect(calls).toHaveLength(2);
  expect(call(0).isAborted()).toBe(true);
  expect(call(1)).toMatchObject({ url: "/api/v1/main/events?topics=executions,logs%3Aa,task-runs%3Aa", lastId: "e-4" });
  expect(frames.map(({ kind }) => kind)).toEqual(["ready", "execution"]);
});

test("who begins says since when it has read what it shows, once", async () => {
  const connection = made();
  connection.begunAt = Date.now() - 2_000;
  connection.follow(["executions"]);
  await passed(20);
  expect(call(0)).toMatchObject({ url: "/api/v1/main/events?topics=executions&lookback=PT2.020S", lastId: null });
  call(0).send("id: e-7\n: \n\n");
  await passed(5_000);
  call(0).end();
  await passed(1);
  expect(call(1)).toMatchObject({ url: "/api/v1/main/events?topics=executions", lastId: "e-7" });
  const late = made();
  late.begunAt = Date.now() - 60_000;
  late.follow(["executions"]);
  await passed(20);
  expect(call(2).url).toBe("/api/v1/main/events?topics=executions");
});

test("a lost connection is tried again after growing pauses, and goes on where it was", async () => {
  const connection = made();
  connection.follow(["executions"]);
  await passed(50);
  call(0).send("id: e-1\nevent: ready\ndata: {}\n\n");
  await passed(5_000);
  answer = () => 0;
  call(0).fail();
  await passed(1);
  expect(connection.standing.isLost).toBe(true);
  const waits: number[] = [];
  for (const _ of Array.from({ length: 8 })) {
    const { retryAt } = connection.standing;
    waits.push((retryAt ?? 0) - Date.now());
    await passed((retryAt ?? 0) - Date.now() + 1);
  }
  expect(waits[3]).toBeGreaterThan((waits[0] ?? 0) * 3);
  expect(Math.max(...waits)).toBeLessThanOrEqual(18_000);
  answer = () => 200;
  await passed(20_000);
  expect(connection.standing.isLost).toBe(false);
  expect(call(-1).lastId).toBe("e-1");
});

test("a stream that ends as planned is taken up again without a word", async () => {
  const connection = made();
  connection.follow(["executions"]);
  await passed(10_000);
  call(0).end();
  await passed(50);
  expect(calls).toHaveLength(2);
  expect(standings.some(({ isLost }) => isLost)).toBe(false);
});

test("a connection on which nothing comes any more is given up", async () => {
  const connection = made();
  connection.follow(["executions"]);
  await passed(30_000);
  call(0).send("id: e-8\n: \n\n");
  await passed(30_000);
  expect(connection.standing.isLost).toBe(false);
  await passed(6_000);
  expect(call(0).isAborted()).toBe(true);
  await passed(2_000);
  expect(call(1).lastId).toBe("e-8");
});

test("who is signed out is not asked for again until somebody signs in", async () => {
  answer = () => 401;
  const connection = made();
  connection.follow(["executions"]);
  await passed(60_000);
  expect(connection.standing.isSignedOut).toBe(true);
  expect(calls).toHaveLength(0);
  answer = () => 200;
  connection.retry();
  await passed(50);
  expect(calls).toHaveLength(1);
});

test("topics that may not be read are left out", async () => {
  const refuse = vi.fn((url: string, init: never) =>
    url.includes("triggers") ? Promise.resolve(new Response("", { status: 403 })) : serve(url, init),
  );
  vi.stubGlobal("fetch", (url: string, init: { headers?: Record<string, string> }) =>
    refuse(url, { headers: {}, ...init } as never),
  );
  const connection = made();
  connection.follow(["executions", "triggers"]);
  await passed(1_000);
  expect(call(-1).url).toBe("/api/v1/main/events?topics=executions");
  expect(call(-1).isAborted()).toBe(false);
  expect(connection.standing.isLost).toBe(false);
});
