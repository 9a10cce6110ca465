import type { Page } from "playwright-core";

export interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { type?: string }; name?: string };
}

/** What the threads of one page did, from a trace of Chromium; times are in milliseconds of the processor. */
export interface Trace {
  /** When keys were pressed, in microseconds. */
  keys: number[];
  /** What the thread of the page spends from a moment until the frame that is shown after it. */
  untilFrame: (from: number) => number;
  /** What the page and its workers spend between two moments. */
  between: (from: number, to: number) => number;
  /** The frame that is shown after a moment. */
  frameAfter: (at: number) => number;
  longest: number;
  /** The moment of a mark that the page set with `performance.mark`. */
  marks: (name: string) => number[];
}

const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"];

export async function traced(page: Page, work: () => Promise<void>): Promise<Trace> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const ended = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] },
  });
  await work();
  await session.send("Tracing.end");
  await ended;
  return readTrace(events);
}

function readTrace(events: readonly TraceEvent[]): Trace {
  const pressed = events.filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "keydown");
  const page = pressed[0] ?? events.find(({ name }) => name === "Commit");
  const ofProcess = events.filter(({ pid }) => pid === page?.pid);
  const tasks = ofProcess.filter(({ name, tdur }) => name === "RunTask" && tdur !== undefined);
  const own = tasks.filter(({ tid }) => tid === page?.tid);
  const frames = ofProcess
    .filter(({ name, tid }) => name === "Commit" && tid === page?.tid)
    .map(({ ts }) => ts)
    .toSorted((one, other) => one - other);
  const frameAfter = (at: number): number => frames.find((frame) => frame > at) ?? Number.POSITIVE_INFINITY;
  return {
    keys: pressed.map(({ ts }) => ts),
    untilFrame: (from) => spent(own, from, frameAfter(from)),
    between: (from, to) => spent(tasks, from, to),
    frameAfter,
    longest: Math.max(...own.map(({ tdur }) => (tdur ?? 0) / 1_000)),
    marks: (wanted) => ofProcess.filter(({ name }) => name === wanted).map(({ ts }) => ts),
  };
}

/** The time of the processor that tasks take which run between two moments. */
function spent(tasks: readonly TraceEvent[], from: number, to: number): number {
  return tasks
    .filter((task) => task.ts + (task.dur ?? 0) > from && task.ts <= to)
    .reduce((sum, task) => sum + (task.tdur ?? 0) / 1_000, 0);
}
