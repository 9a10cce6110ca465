import type { StateName } from "../api/types";
import { t } from "../i18n/text";

export interface Look {
  /** Class that sets the colours of text and areas. */
  className: string;
  glyph: string;
  word: string;
}

const LOOKS: Record<StateName, Look> = {
  CREATED: { className: "created", glyph: "s-created", word: t("Created") },
  SUBMITTED: { className: "created", glyph: "s-created", word: t("Submitted") },
  RESTARTED: { className: "created", glyph: "s-restarted", word: t("Restarted") },
  QUEUED: { className: "queued", glyph: "s-queued", word: t("Queued") },
  RUNNING: { className: "running", glyph: "s-running", word: t("Running") },
  PAUSING: { className: "paused", glyph: "s-paused", word: t("Pausing") },
  PAUSED: { className: "paused", glyph: "s-paused", word: t("Paused") },
  BREAKPOINT: { className: "paused", glyph: "s-paused", word: t("Breakpoint") },
  RETRYING: { className: "retrying", glyph: "s-retrying", word: t("Retrying") },
  SUCCESS: { className: "success", glyph: "s-success", word: t("Success") },
  WARNING: { className: "warning", glyph: "s-warning", word: t("Warning") },
  FAILED: { className: "failed", glyph: "s-failed", word: t("Failed") },
  KILLING: { className: "killed", glyph: "s-killed", word: t("Killing") },
  KILLED: { className: "killed", glyph: "s-killed", word: t("Killed") },
  CANCELLED: { className: "cancelled", glyph: "s-cancelled", word: t("Cancelled") },
  SKIPPED: { className: "skipped", glyph: "s-skipped", word: t("Skipped") },
  RETRIED: { className: "retried", glyph: "s-retrying", word: t("Retried") },
  RESUBMITTED: { className: "retried", glyph: "s-retrying", word: t("Resubmitted") },
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
