import { useQuery } from "@tanstack/react-query";
import { useId, useRef } from "react";
import { validateFlow } from "../../api/flows";
import type { Verdict } from "./problems";
import { usePaused } from "./usePaused";

const PAUSE_MS = 60;

export interface Checked {
  /** What the server said last. */
  verdict: Verdict | null;
  /** It has not yet seen the text as it is now. */
  isChecking: boolean;
  isUnreachable: boolean;
}

/** What the server says of a text: asked again whenever typing pauses. */
export function useChecked(text: string): Checked {
  const calm = usePaused(text, PAUSE_MS);
  const editor = useId();
  const version = useVersion(calm);
  const validation = useQuery({
    queryKey: ["editor", editor, "validate", version],
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: calm.trim() !== "",
    queryFn: ({ signal }) => validateFlow(calm, signal),
  });
  const last = useRef<Verdict | null>(null);
  const { data } = validation;
  if (data && last.current?.validation !== data) last.current = { text: calm, validation: data };
  return {
    verdict: last.current,
    isChecking: last.current?.text !== text && !validation.isError,
    isUnreachable: validation.isError,
  };
}

/** A number for each text in turn: a short name of it, where the text itself would be compared again and again. */
function useVersion(text: string): number {
  const known = useRef({ text, version: 0 });
  if (known.current.text !== text) known.current = { text, version: known.current.version + 1 };
  return known.current.version;
}
