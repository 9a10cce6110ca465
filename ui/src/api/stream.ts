import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Frame, Standing } from "../live/protocol";
import { type Listener, Tab } from "../live/tab";
import { refresherOf } from "./refresh";
import { setSignedOut } from "./session";

let tab: Tab | null = null;

/** The stream is begun when the first page wants something of it. */
function stream(): Tab {
  if (tab) return tab;
  const made = new Tab();
  made.watch(() => made.standing.isSignedOut && setSignedOut(true));
  tab = made;
  return made;
}

/**
 * Keeps what is shown of these topics up to date for as long as the component is there.
 *
 * A topic is `executions`, `task-runs`, `logs`, `flows`, `triggers`, `dashboards`, `files` or `notifications`; the first three with
 * `:ID` for one execution alone.
 */
export function useLive(...topics: string[]): void {
  const refresh = refresherOf(useQueryClient());
  useSubscription(topics, refresh);
}

/** Calls `onFrame` with each frame of these topics, and with `ready` and `reset` when it has to begin anew. */
export function useFrames(topics: readonly string[], onFrame: Listener): void {
  const latest = useRef(onFrame);
  useEffect(() => {
    latest.current = onFrame;
  });
  const listener = useRef<Listener>((frame) => latest.current(frame));
  useSubscription(topics, listener.current);
}

function useSubscription(topics: readonly string[], listener: Listener): void {
  const key = topics.join(",");
  useEffect(() => (key ? stream().subscribe(key.split(","), listener) : undefined), [key, listener]);
}

const watch = (watcher: () => void): (() => void) => stream().watch(watcher);

export function useStanding(): Standing {
  return useSyncExternalStore(watch, () => stream().standing);
}

export function retryStream(): void {
  tab?.retry();
}

/** How often to ask again: seldom while the stream tells what changes, so often when it does not. */
export function whileLost(millis: number): () => number {
  return () => (tab?.standing.isLost ? millis : SELDOM_MS);
}

/** What the stream does not tell of, such as what only time changes, is found by asking now and then. */
const SELDOM_MS = 60_000;

export function isBeginning(frame: Frame): boolean {
  return frame.kind === "ready" || frame.kind === "reset";
}
