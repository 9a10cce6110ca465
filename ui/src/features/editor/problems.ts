import type { Diagnostic } from "@codemirror/lint";
import type { Issue, Validation } from "../../api/types";
import type { Analysis } from "../../source/analysis";
import { nodeOf, type TaskPlace, taskAt } from "../../source/tasks";
import { type Fix, fixOf, quoteAt } from "./fixes";

/** Something wrong, where it stands in the text. */
export interface Problem {
  severity: "error" | "warning";
  message: string;
  hint: string | undefined;
  from: number;
  to: number;
  line: number;
  column: number;
  /** What mends it in one step, where that is known. */
  fix?: Fix | undefined;
}

/** What the text itself shows, at once and without the server. */
export function syntaxProblems(text: string, errors: Analysis["errors"]): Problem[] {
  return errors
    .filter(({ offset }) => offset <= text.length)
    .map(({ message, offset }) => {
      const { line, column } = positionOf(text, offset);
      const fix = quoteAt(text, offset - column + 1);
      return { severity: "error", message, hint: undefined, ...wordAt(text, offset), line, column, fix };
    });
}

/** What the server found, at the lines and columns it names. */
export function serverProblems(text: string, validation: Validation): Problem[] {
  return validation.issues.map((issue) => {
    const offset = offsetOf(text, issue);
    const { line, column } = positionOf(text, offset);
    return {
      severity: issue.severity ?? "error",
      message: issue.path ? `${issue.path}: ${issue.detail}` : issue.detail,
      hint: issue.hint,
      ...wordAt(text, offset),
      line,
      column,
      fix: fixOf(issue, text, offset - column + 1),
    };
  });
}

/** Problems of the syntax hide what the server says of the same text: it could not read on either. */
export function allProblems(text: string, errors: Analysis["errors"], validation: Validation | null): Problem[] {
  const syntax = syntaxProblems(text, errors);
  const found = syntax.length > 0 || !validation ? syntax : serverProblems(text, validation);
  return found.sort((one, other) => one.from - other.from);
}

export function toDiagnostics(problems: readonly Problem[], mend: (fix: Fix) => void): Diagnostic[] {
  return problems.map(({ severity, message, hint, from, to, fix }) => ({
    severity,
    from,
    to,
    message: hint ? `${message}. ${hint}` : message,
    ...(fix && { actions: [{ name: fix.label, apply: () => mend(fix) }] }),
  }));
}

/** The worst problem of each task, by the dotted ids of its node in the graph. */
export function problemsByNode(
  problems: readonly Problem[],
  places: readonly TaskPlace[],
): Map<string, Problem["severity"]> {
  const found = new Map<string, Problem["severity"]>();
  for (const { from, severity } of problems) {
    const place = taskAt(places, from);
    if (!place) continue;
    const uid = nodeOf(place);
    if (found.get(uid) !== "error") found.set(uid, severity);
  }
  return found;
}

function offsetOf(text: string, issue: Issue): number {
  if (!issue.line) return 0;
  let at = 0;
  for (let line = 1; line < issue.line; line++) {
    const next = text.indexOf("\n", at);
    if (next < 0) break;
    at = next + 1;
  }
  return Math.min(text.length, at + Math.max(0, (issue.column ?? 1) - 1));
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

function wordAt(text: string, offset: number): { from: number; to: number } {
  const from = Math.min(offset, Math.max(0, text.length - 1));
  const rest = /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? "";
  const word = /^(\s*[\w.$-]+|\S+)/.exec(rest)?.[0] ?? "";
  return { from, to: Math.min(text.length, from + Math.max(1, word.length)) };
}
