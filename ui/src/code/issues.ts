import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { Issue } from "../api/types";

/** What the server found, at the words of the text that it names by line and column. */
export function diagnosticsOf(text: Text, issues: readonly Issue[]): Diagnostic[] {
  return issues
    .map((issue): Diagnostic => {
      const line = text.line(Math.min(Math.max(1, issue.line ?? 1), text.lines));
      const from = Math.min(line.to, line.from + Math.max(0, (issue.column ?? 1) - 1));
      const word = /^([\w.$-]+|\S+)/.exec(text.sliceString(from, line.to))?.[0] ?? "";
      const said = issue.path ? `${issue.path}: ${issue.detail}` : issue.detail;
      return {
        from,
        to: from + word.length,
        severity: issue.severity ?? "error",
        message: issue.hint ? `${said}. ${issue.hint}` : said,
      };
    })
    .sort((one, other) => one.from - other.from);
}
