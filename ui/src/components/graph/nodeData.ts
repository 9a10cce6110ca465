import type { StateName } from "../../api/types";
import type { Mark } from "../../graph/difference";
import type { Box } from "../../graph/layout";
import { t } from "../../i18n/text";

/** What a run made of a node. */
export interface NodeRun {
  state: StateName;
  note: string;
}

export interface NodeData extends Record<string, unknown> {
  box: Box;
  run: NodeRun | undefined;
  problem: "error" | "warning" | undefined;
  mark: Mark | undefined;
  isSelected: boolean;
  choose: (uid: string) => void;
}

const ICONS: [RegExp, string][] = [
  [/\.trigger\./, "clock"],
  [/\.log\./, "logs"],
  [/\.http\./, "globe"],
  [/\.(Subflow|ForEachItem)$/, "subflow"],
  [/\.(ForEach|EachSequential|EachParallel|Loop|LoopUntil|WaitFor)$/, "loop"],
  [/\.(Parallel|Dag)$/, "columns"],
  [/\.flow\./, "flows"],
  [/script|shell|python|node|Process/i, "terminal"],
  [/sql|jdbc|duckdb|postgres|kv\./i, "database"],
  [/mail|slack|notification/i, "mail"],
];

export function iconOf(type: string): string {
  return ICONS.find(([pattern]) => pattern.test(type))?.[1] ?? "blocks";
}

/** `io.kestra.plugin.core.flow.ForEach` reads as `core.flow.ForEach`. */
export function shortType(type: string): string {
  return type.replace(/^io\.kestra\.(plugin\.)?/, "");
}

/** What became of a node, in a word. */
export const MARK_WORDS: Record<Mark, string> = { add: t("added"), del: t("removed"), chg: t("changed"), same: "" };

const BRANCHES: Record<string, string> = {
  ERROR: t("on error"),
  FINALLY: t("at the end"),
  AFTER_EXECUTION: t("afterwards"),
};

/** That there is something wrong with a node, in words. */
export function problemWord(problem: NodeData["problem"]): string | undefined {
  if (!problem) return undefined;
  return problem === "error" ? t("has an error") : t("has a warning");
}

/** When a task outside of the main list runs. */
export function branchWord(branch: string | undefined): string | undefined {
  return branch && BRANCHES[branch];
}
