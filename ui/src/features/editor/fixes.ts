import type { Issue } from "../../api/types";
import { t } from "../../i18n/text";
import type { TextEdit } from "../../source/edits";
import type { Intent, Path } from "../../source/intents";

/** What mends a problem in one step, named for a button. */
export interface Fix {
  label: string;
  change: Intent | { kind: "edits"; edits: TextEdit[] };
}

/** The step that mends what the server found, where there is one that is certain enough to offer. */
export function fixOf(issue: Issue, text: string, lineFrom: number): Fix | undefined {
  const path = pathOf(issue.pointer);
  const meant = /^(?:Did you mean|Write) (\S+?)\??$/.exec(issue.hint ?? "")?.[1];
  if (path && issue.code === "required") {
    const name = String(path.at(-1));
    return { label: t("Add {name}", { name }), change: { kind: "set", path, value: "" } };
  }
  if (path && meant && issue.code === "unknown-property") {
    return { label: t("Rename to {name}", { name: meant }), change: { kind: "rename", path, key: meant } };
  }
  if (path && meant) return { label: t("Use {name}", { name: meant }), change: { kind: "set", path, value: meant } };
  if (path && issue.code === "unknown-property") {
    return { label: t("Remove {name}", { name: String(path.at(-1)) }), change: { kind: "remove", path } };
  }
  return issue.code === "key-not-text" ? quoteAt(text, lineFrom) : undefined;
}

/** `{{ }}` without quotes is a map to YAML; in quotes it is the text that was meant. */
export function quoteAt(text: string, lineFrom: number): Fix | undefined {
  const line = /^[^\r\n]*/.exec(text.slice(lineFrom))?.[0] ?? "";
  const found = /^(\s*(?:- +)*(?:[\w.-]+:\s+)?)(\{\{.*\}\}.*?)\s*$/.exec(line);
  if (!found) return undefined;
  const value = found[2] ?? "";
  const from = lineFrom + (found[1] ?? "").length;
  const quote = value.includes('"') ? "'" : '"';
  const inner = quote === "'" ? value.replaceAll("'", "''") : value.replaceAll("\\", "\\\\");
  const edits = [{ from, to: from + value.length, insert: quote + inner + quote }];
  return { label: t("Put it in quotes"), change: { kind: "edits", edits } };
}

function pathOf(pointer: string | undefined): Path | undefined {
  if (!pointer?.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
