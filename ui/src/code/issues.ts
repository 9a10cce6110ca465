/** Where in a text the server found something, from the lines and columns that it names. */

import type { Diagnostic } from "@codemirror/lint";
import type { Issue } from "../api/types";

/** A word of a text; line and column count from 1. */
export interface Place {
  from: number;
  to: number;
  line: number;
  column: number;
}

/** What is wrong, with what it is about. */
export function wordsOf({ path, detail }: Issue): string {
  return path ? `${path}: ${detail}` : detail;
}

export function offsetOf(text: string, issue: Pick<Issue, "line" | "column">): number {
  let at = 0;
  for (let line = 1; line < (issue.line ?? 1); line++) {
    const next = text.indexOf("\n", at);
    if (next < 0) break;
    at = next + 1;
  }
  return issue.line ? Math.min(text.length, at + Math.max(0, (issue.column ?? 1) - 1)) : 0;
}

/** The word at an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const from = Math.min(offset, Math.max(0, text.length - 1));
  const end = text.indexOf("\n", from);
  const word = /^(\s*[\w.$-]+|\S+)/.exec(text.slice(from, end < 0 ? text.length : end))?.[0] ?? "";
  return {
    from,
    to: Math.min(text.length, from + Math.max(1, word.length)),
    line: before.split("\n").length,
    column: offset - before.lastIndexOf("\n"),
  };
}

/** The same for the code editor. */
export function diagnosticsOf(text: string, issues: readonly Issue[]): Diagnostic[] {
  return issues
    .map((issue): Diagnostic => {
      const { from, to } = placeAt(text, offsetOf(text, issue));
      const said = wordsOf(issue);
      return { from, to, severity: issue.severity ?? "error", message: issue.hint ? `${said}. ${issue.hint}` : said };
    })
    .sort((one, other) => one.from - other.from);
}
