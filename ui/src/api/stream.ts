import { API } from "./client";
import { setSignedOut } from "./session";

export interface Frame {
  kind: string;
  data: string;
}

export interface Follow {
  onFrame: (frame: Frame) => void;
  /** Called with true while there is no connection, with false once there is one again. */
  onLost?: (isLost: boolean) => void;
  /** Called before each connection, so that what comes again can be told from what is new. */
  onOpen?: () => void;
  isEnd: (frame: Frame) => boolean;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows a stream of events until its end, over lost connections; gives the function that stops it.
 *
 * A page that is not seen holds no connection: browsers allow six for a server, and tabs in the background would use
 * them up.
 */
export function follow(path: string, handlers: Follow): () => void {
  let current: AbortController | null = null;
  let isStopped = false;
  let wait = FIRST_WAIT_MS;
  let timer = 0;

  const connect = async (): Promise<void> => {
    if (isStopped || current || document.hidden) return;
    const controller = new AbortController();
    current = controller;
    let isOver = false;
    try {
      const response = await fetch(API + path, { signal: controller.signal, headers: { accept: "text/event-stream" } });
      if (response.status === 401) setSignedOut(true);
      if (response.status === 404) isOver = true;
      else if (response.ok && response.body) {
        handlers.onOpen?.();
        handlers.onLost?.(false);
        wait = FIRST_WAIT_MS;
        isOver = await readFrames(response.body, handlers);
      }
    } catch {
      // Lost or stopped: both are handled below.
    }
    current = null;
    if (isOver) stop();
    else if (!isStopped && !document.hidden) {
      handlers.onLost?.(true);
      timer = window.setTimeout(() => void connect(), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };

  const onVisibility = (): void => {
    if (document.hidden) current?.abort();
    else void connect();
  };

  function stop(): void {
    isStopped = true;
    window.clearTimeout(timer);
    current?.abort();
    document.removeEventListener("visibilitychange", onVisibility);
  }

  document.addEventListener("visibilitychange", onVisibility);
  void connect();
  return stop;
}

/** Reads until the stream ends; true when it said that there is nothing more to come. */
async function readFrames(body: ReadableStream<Uint8Array>, handlers: Follow): Promise<boolean> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    const parts = (buffer + value).split("\n\n");
    buffer = parts.pop() ?? "";
    for (const part of parts) {
      const frame = parseFrame(part);
      if (frame === null) continue;
      handlers.onFrame(frame);
      if (handlers.isEnd(frame)) return true;
    }
  }
}

/** Reads one frame; null for a comment that only keeps the connection alive. */
export function parseFrame(text: string): Frame | null {
  let kind = "";
  const data: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("id:")) kind = line.slice(3).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
  }
  return data.length > 0 ? { kind, data: data.join("\n") } : null;
}
