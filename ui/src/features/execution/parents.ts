import type { Execution } from "../../api/types";

/** The execution that started one: as its subflow, as an iteration of its loop, or through a trigger on its end. */
export function parentOf({ parentId, trigger }: Execution): string | undefined {
  if (parentId) return parentId;
  const id = trigger?.variables?.executionId;
  return typeof id === "string" ? id : undefined;
}
