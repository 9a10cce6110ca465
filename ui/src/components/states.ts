import type { StateName } from "../api/types";

export interface Look {
  /** Class that sets the colours of text and areas. */
  className: string;
  glyph: string;
  word: string;
}

const LOOKS: Record<StateName, Look> = {
  CREATED: { className: "created", glyph: "s-created", word: "Created" },
  SUBMITTED: { className: "created", glyph: "s-created", word: "Submitted" },
  RESTARTED: { className: "created", glyph: "s-restarted", word: "Restarted" },
  QUEUED: { className: "queued", glyph: "s-queued", word: "Queued" },
  RUNNING: { className: "running", glyph: "s-running", word: "Running" },
  PAUSING: { className: "paused", glyph: "s-paused", word: "Pausing" },
  PAUSED: { className: "paused", glyph: "s-paused", word: "Paused" },
  BREAKPOINT: { className: "paused", glyph: "s-paused", word: "Breakpoint" },
  RETRYING: { className: "retrying", glyph: "s-retrying", word: "Retrying" },
  SUCCESS: { className: "success", glyph: "s-success", word: "Success" },
  WARNING: { className: "warning", glyph: "s-warning", word: "Warning" },
  FAILED: { className: "failed", glyph: "s-failed", word: "Failed" },
  KILLING: { className: "killed", glyph: "s-killed", word: "Killing" },
  KILLED: { className: "killed", glyph: "s-killed", word: "Killed" },
  CANCELLED: { className: "cancelled", glyph: "s-cancelled", word: "Cancelled" },
  SKIPPED: { className: "skipped", glyph: "s-skipped", word: "Skipped" },
  RETRIED: { className: "retried", glyph: "s-retrying", word: "Retried" },
  RESUBMITTED: { className: "retried", glyph: "s-retrying", word: "Resubmitted" },
};

const TERMINAL = new Set<StateName>([
  "SUCCESS",
  "WARNING",
  "FAILED",
  "KILLED",
  "CANCELLED",
  "SKIPPED",
  "RETRIED",
  "RESUBMITTED",
]);

export const STATES = Object.keys(LOOKS) as StateName[];

export function lookOf(state: StateName): Look {
  return LOOKS[state] ?? { className: "queued", glyph: "s-created", word: state };
}

export function isTerminal(state: StateName): boolean {
  return TERMINAL.has(state);
}
