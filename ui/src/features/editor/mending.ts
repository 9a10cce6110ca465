/** Mending several problems at once. */

import { applyEdits, chainEdits, type TextEdit } from "../../source/edits";
import { Refused } from "../../source/intents";
import { patchAll } from "../../source/patchAll";
import { type Fix, fixOf } from "./fixes";
import type { Problem } from "./problems";

/** Those problems that can be mended without anything to decide. */
export function sureOf(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ fix }) => fix && !fix.isUnsure);
}

/** Those that can be mended and are of the kind of one of them, which is among them. */
export function alike(problems: readonly Problem[], one: Problem): Problem[] {
  return problems.filter(({ fix, issue }) => fix && issue?.code === one.issue?.code);
}

/** What a fix does to a text. Throws `Refused` where the text has no place for it. */
export function editsOf(text: string, { change }: Fix): readonly TextEdit[] {
  if (change.kind === "edits") return change.edits;
  return patchAll(text, change.kind === "steps" ? change.steps : [change]).edits;
}

/**
 * The one change that mends all of some problems of a text. What is deeper is mended first, so that the places of the
 * others stay what they were; each is looked at again, since what was mended before may have been in the same value.
 * What the text then has no place for stays as it is.
 */
export function mendingOf(text: string, problems: readonly Problem[]): TextEdit[] {
  const written = problems.flatMap(({ fix }) => (fix?.change.kind === "edits" ? fix.change.edits : []));
  const steps: (readonly TextEdit[])[] = [written];
  let after = applyEdits(text, written);
  for (const { fix: known, issue } of problems.toSorted((one, other) => depthOf(other) - depthOf(one))) {
    if (!issue || !known || known.change.kind === "edits") continue;
    const fix = fixOf(issue, after, 0);
    const edits = fix && found(() => editsOf(after, fix));
    if (!edits) continue;
    steps.push(edits);
    after = applyEdits(after, edits);
  }
  return chainEdits(text.length, steps);
}

function depthOf({ issue }: Problem): number {
  return issue?.pointer?.split("/").length ?? 0;
}

function found<Value>(find: () => Value): Value | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
