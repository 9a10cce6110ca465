import { useEffect, useMemo, useRef } from "react";
import type { Reading } from "../../reading/reading";
import { allProblems, keyOf, type Problem, problemsByNode } from "./problems";
import type { Checked } from "./useChecked";
import { useSame } from "./useStable";

/** What is wrong with the text, and the worst of it for each node of the graph; the same objects until it changes. */
export function useProblems(
  reading: Reading,
  { verdict }: Checked,
  onFound: (problems: readonly Problem[]) => void,
): { problems: readonly Problem[]; marks: ReadonlyMap<string, Problem["severity"]> } {
  const refuted = useRef(new Set<string>());
  const found = useMemo(() => {
    if (verdict?.text === reading.text) {
      const known = new Set(verdict.validation.issues.map(keyOf));
      for (const key of reading.issues.map(keyOf)) if (!known.has(key)) refuted.current.add(key);
    }
    return allProblems(reading, verdict, refuted.current);
  }, [reading, verdict]);
  const problems = useSame(found);
  useEffect(() => onFound(problems), [onFound, problems]);
  const nodes = useSame(useMemo(() => [...problemsByNode(problems, reading.tasks)], [problems, reading.tasks]));
  const marks = useMemo(() => new Map(nodes), [nodes]);
  return { problems, marks };
}
