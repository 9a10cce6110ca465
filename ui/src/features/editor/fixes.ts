import type { Issue } from "../../api/types";
import { shortType } from "../../components/graph/nodeData";
import { t } from "../../i18n/text";
import { parseData } from "../../source/document";
import type { TextEdit } from "../../source/edits";
import type { Data, Intent, Path } from "../../source/intents";
import { replacementOf } from "../../source/replacing";

/** What mends a problem in one step, named for a button. */
export interface Fix {
  label: string;
  change: Intent | { kind: "edits"; edits: TextEdit[] } | { kind: "steps"; steps: Intent[] };
  /** It is for whoever reads the flow to say that it is meant: something is lost by it, or still to be filled in. */
  isUnsure?: boolean;
}

/**
 * The step that mends what the server found, where there is one that is certain enough to offer.
 *
 * @param read What the text holds, asked for only where that matters.
 */
export function fixOf(
  issue: Issue,
  text: string,
  lineFrom: number,
  read: () => Data | undefined = () => parseData(text),
): Fix | undefined {
  const path = pathOf(issue.pointer);
  const meant = /^(?:Did you mean|Write) (\S+?)\??$/.exec(issue.hint ?? "")?.[1];
  if (path && issue.code === "required") {
    const name = String(path.at(-1));
    return { label: t("Add {name}", { name }), change: { kind: "set", path, value: "" }, isUnsure: true };
  }
  if (path && meant && issue.code === "dash-after-dot") return bracketed(read(), path, meant);
  // An old name of a property is at its key, as one that does not exist is.
  if (path && meant && (issue.code === "unknown-property" || issue.code === "deprecated")) {
    return { label: t("Rename to {name}", { name: meant }), change: { kind: "rename", path, key: meant } };
  }
  if (path && issue.code === "deprecated") return replaced(read(), path);
  if (path && meant)
    return { label: t("Use {name}", { name: shortType(meant) }), change: { kind: "set", path, value: meant } };
  if (path && issue.code === "unknown-property") {
    return {
      label: t("Remove {name}", { name: String(path.at(-1)) }),
      change: { kind: "remove", path },
      isUnsure: true,
    };
  }
  return issue.code === "key-not-text" ? quoteAt(text, lineFrom) : undefined;
}

/** Whether what is missing is there under a wrong name: then that is what is mended, and nothing is added. */
export function isMisspelt({ code, pointer }: Issue, others: readonly Issue[]): boolean {
  if (code !== "required" || !pointer) return false;
  const at = pointer.lastIndexOf("/");
  return others.some(
    (other) =>
      other.code === "unknown-property" &&
      other.pointer?.slice(0, other.pointer.lastIndexOf("/")) === pointer.slice(0, at) &&
      other.hint === `Did you mean ${pointer.slice(at + 1)}?`,
  );
}

/** `{{ outputs.my-task }}` subtracts: the name is put in brackets wherever the same text reads it. */
function bracketed(data: Data | undefined, path: Path, meant: string): Fix | undefined {
  const [, root, name] = /^(\w+)\['(.+)'\]$/.exec(meant) ?? [];
  const value = path.reduce<unknown>((inner, step) => (inner as Record<Path[number], unknown>)?.[step], data);
  if (root === undefined || name === undefined || typeof value !== "string") return undefined;
  const read = new RegExp(`\\b${root}\\.${name.replaceAll(/[.*+?^$(){}|[\]\\]/g, "\\$&")}(?![\\w-])`, "g");
  const mended = value.replaceAll(read, () => meant);
  return { label: t("Use {name}", { name: meant }), change: { kind: "set", path, value: mended } };
}

/** What is written today instead of a type or a property that was not only renamed. */
function replaced(data: Data | undefined, path: Path): Fix | undefined {
  const found = data === undefined ? undefined : replacementOf(data, path);
  if (!found) return undefined;
  const { name, steps, isOther = false } = found;
  const change = { kind: "steps", steps } as const;
  if (name === undefined) return { label: t("Remove {name}", { name: String(path.at(-1)) }), change };
  if (!isOther) return { label: t("Use {name}", { name }), change };
  return { label: t("Use {name}: one task after another for each value", { name }), change, isUnsure: true };
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
