import type { Diagnostic } from "@codemirror/lint";
import type { Issue, Validation } from "../../api/types";
import { offsetOf, type Place, placeAt, wordsOf } from "../../code/issues";
import type { Reading } from "../../reading/reading";
import { parseData } from "../../source/document";
import { differenceOf } from "../../source/edits";
import type { Data } from "../../source/intents";
import { nodeOf, type TaskPlace, taskAt } from "../../source/tasks";
import { type Fix, fixOf, isMisspelt, quoteAt } from "./fixes";

/** Something wrong, where it stands in the text. */
export interface Problem extends Place {
  severity: "error" | "warning";
  message: string;
  hint: string | undefined;
  /** What mends it in one step, where that is known. */
  fix?: Fix | undefined;
  /** What was found of the data; absent for what keeps the text from being read. */
  issue?: Issue;
  /** Of the task or trigger it is in, which may be one that nobody knows. */
  type?: string | undefined;
}

/** What the server said of a text, which may be an older one than that of now. */
export interface Verdict {
  text: string;
  validation: Validation;
}

/**
 * What is wrong with a text. Problems of the syntax hide all others: nothing could be read on. The server's word on the
 * same text counts alone; until it comes there is what the text shows by itself, and the server's last word on what has
 * not been touched since.
 *
 * @param refuted What the text seemed to show and the server did not find, by `keyOf`.
 */
export function allProblems(reading: Reading, verdict: Verdict | null, refuted: ReadonlySet<string>): Problem[] {
  const { text, errors, issues } = reading;
  const found = errors.length > 0 ? syntaxProblems(text, errors) : serverProblems(text, verdict, issues, refuted);
  for (const problem of found) problem.type = taskAt(reading.tasks, problem.from)?.type;
  return found.sort((one, other) => one.from - other.from);
}

/** Names what an issue is about. */
export function keyOf({ path, code }: Issue): string {
  return `${path ?? ""} ${code}`;
}

/** What the text itself shows, at once and without the server. */
function syntaxProblems(text: string, errors: Reading["errors"]): Problem[] {
  return errors
    .filter(({ offset }) => offset <= text.length)
    .map(({ message, offset }) => {
      const place = placeAt(text, offset);
      const fix = quoteAt(text, offset - place.column + 1);
      return { severity: "error", message, hint: undefined, ...place, fix };
    });
}

function serverProblems(
  text: string,
  verdict: Verdict | null,
  issues: readonly Issue[],
  refuted: ReadonlySet<string>,
): Problem[] {
  const data = once(() => parseData(text));
  if (verdict?.text === text) {
    const { issues } = verdict.validation;
    return issues.map((issue) => problemAt(text, issue, offsetOf(text, issue), issues, data));
  }
  const own = issues.filter((issue) => !refuted.has(keyOf(issue)));
  const known = new Set(own.map(({ path }) => path));
  const problems = own.map((issue) => problemAt(text, issue, offsetOf(text, issue), own, data));
  if (!verdict) return problems;
  const move = movement(verdict.text, text);
  for (const issue of verdict.validation.issues) {
    const offset = move(offsetOf(verdict.text, issue));
    if (offset !== undefined && !known.has(issue.path)) problems.push(problemAt(text, issue, offset, own, data));
  }
  return problems;
}

function problemAt(
  text: string,
  issue: Issue,
  offset: number,
  others: readonly Issue[],
  data: () => Data | undefined,
): Problem {
  const place = placeAt(text, offset);
  const fix = isMisspelt(issue, others) ? undefined : fixOf(issue, text, offset - place.column + 1, data);
  return { severity: issue.severity ?? "error", message: wordsOf(issue), hint: issue.hint, ...place, fix, issue };
}

function once<Value>(find: () => Value): () => Value {
  let found: { value: Value } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

/** Leads from an offset of a text to that of another; undefined for what has been changed in between. */
function movement(before: string, after: string): (offset: number) => number | undefined {
  const [edit] = differenceOf(before, after);
  if (!edit) return (offset) => offset;
  const grown = edit.insert.length - (edit.to - edit.from);
  return (offset) => (offset < edit.from ? offset : offset > edit.to ? offset + grown : undefined);
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
