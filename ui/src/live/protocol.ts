/** What tabs and the one stream of a browser say to one another. */

export interface Frame {
  /** Epoch and number: it tells frames that came before from those that are new. */
  id: string;
  kind: string;
  data: unknown;
}

export interface Standing {
  isLost: boolean;
  /** When the next try is, in milliseconds of the clock; null while it is under way. */
  retryAt: number | null;
  isSignedOut: boolean;
}

/** What a tab says: all it wants, each time; so whoever hears it for the first time knows everything. */
export interface Saying {
  topics: readonly string[];
  /** When it began to read what it shows, in milliseconds of the clock. */
  begunAt: number;
  /** Somebody came back, signed in, or asks not to wait any longer. */
  isRetry?: boolean;
}

export type Told =
  | { kind: "frames"; frames: readonly Frame[] }
  | { kind: "standing"; standing: Standing }
  /** There is a new leader, who knows nobody yet. */
  | { kind: "who" };

export const FINE: Standing = { isLost: false, retryAt: null, isSignedOut: false };

const TOPICS: Record<string, [topic: string, key: string | null]> = {
  execution: ["executions", "id"],
  "task-run": ["task-runs", "executionId"],
  log: ["logs", "executionId"],
  flow: ["flows", null],
  trigger: ["triggers", null],
  dashboard: ["dashboards", null],
  file: ["files", null],
  notification: ["notifications", null],
};

/** Whether a frame is about one of these topics; that one begins anew is for everybody. */
export function isAbout(frame: Frame, topics: ReadonlySet<string>): boolean {
  if (frame.kind === "ready" || frame.kind === "reset") return true;
  const [topic, key] = TOPICS[frame.kind] ?? [];
  if (topic === undefined) return false;
  if (topics.has(topic)) return true;
  return typeof key === "string" && topics.has(`${topic}:${(frame.data as Record<string, string>)[key]}`);
}

/** Epoch and number of an id. */
export function placeOf(id: string): [epoch: string, seq: number] {
  const at = id.lastIndexOf("-");
  return [id.slice(0, at), Number(id.slice(at + 1))];
}
