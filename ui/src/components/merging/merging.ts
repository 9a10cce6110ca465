import { diff3Merge } from "node-diff3";

/** Somebody else's revision stands between a text and the one it was made from. */
export interface Conflict {
  base: string;
  theirs: string;
  revision: number;
}

/** A part of a merge: lines both sides agree on, or what each of them has instead. */
export type Part = { kind: "same"; lines: string[] } | { kind: "conflict"; mine: string[]; theirs: string[] };

/** Brings two changes of one text together, line by line. */
export function mergeTexts(base: string, mine: string, theirs: string): Part[] {
  const parts = diff3Merge(lines(mine), lines(base), lines(theirs), { excludeFalseConflicts: true });
  return parts.flatMap((part): Part[] => {
    if (part.ok) return [{ kind: "same", lines: part.ok }];
    return part.conflict ? [{ kind: "conflict", mine: part.conflict.a, theirs: part.conflict.b }] : [];
  });
}

/** The text that comes of the parts, with a side for each conflict. */
export function resolved(parts: readonly Part[], sides: readonly ("mine" | "theirs")[]): string {
  let conflict = 0;
  return parts.flatMap((part) => (part.kind === "same" ? part.lines : part[sides[conflict++] ?? "mine"])).join("\n");
}

function lines(text: string): string[] {
  return text.split("\n");
}
