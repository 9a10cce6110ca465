import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { createDashboard, type Dashboard, dashboard as dashboardOf, updateDashboard } from "../../api/dashboards";
import { dropDraft, keepDraft } from "../../components/drafts/drafts";
import type { Conflict } from "../../components/merging/merging";

const DRAFT_MS = 600;

export interface DashboardSaving {
  isDirty: boolean;
  /** Whether anything was written that would be lost. */
  isTouched: boolean;
  isSaving: boolean;
  error: Error | null;
  /** What somebody else saved meanwhile, with what both began from. */
  conflict: Conflict | null;
  revision: number;
  save: () => Promise<Dashboard | null>;
  /** Asks for what somebody else saved. */
  look: () => Promise<Conflict | null>;
  /** Opens what brings a text together with theirs. */
  meet: (conflict: Conflict | null) => void;
  /** Goes on from theirs: the next save lies on top of it. */
  rebase: (conflict: Conflict) => void;
}

/** Saves a text on top of the revision it was made from; another's save between is told, never lost. */
export function useDashboardSaving(
  known: Dashboard | null,
  text: string,
  initial: string,
  draftKey: string,
): DashboardSaving {
  const client = useQueryClient();
  const [saved, setSaved] = useState(known ? initial : "");
  const [revision, setRevision] = useState(known?.revision ?? 0);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const isDirty = text !== saved;
  const isTouched = isDirty && (known !== null || text !== initial);
  useEffect(() => {
    if (!isTouched) return dropDraft(draftKey);
    const timer = window.setTimeout(() => keepDraft(draftKey, text, revision), DRAFT_MS);
    return () => window.clearTimeout(timer);
  }, [draftKey, text, revision, isTouched]);

  const look = async (): Promise<Conflict | null> => {
    if (!known) return null;
    const theirs = await client.fetchQuery({ ...dashboardOf(known.id), staleTime: 0 });
    return { base: saved, theirs: theirs.sourceCode, revision: theirs.revision };
  };

  const save = async (): Promise<Dashboard | null> => {
    setSaving(true);
    setError(null);
    try {
      const result = known ? await updateDashboard(known.id, text, revision) : await createDashboard(text);
      setSaved(result.sourceCode);
      setRevision(result.revision);
      dropDraft(draftKey);
      client.setQueryData(dashboardOf(result.id).queryKey, result);
      void client.invalidateQueries({ queryKey: ["dashboards", "page"] });
      void client.invalidateQueries({ queryKey: ["charts"] });
      return result;
    } catch (reason) {
      if (known && reason instanceof ApiError && reason.status === 412) setConflict(await look());
      else setError(reason as Error);
      return null;
    } finally {
      setSaving(false);
    }
  };

  return {
    isDirty,
    isTouched,
    isSaving,
    error,
    conflict,
    revision,
    save,
    look,
    meet: setConflict,
    rebase: (taken) => {
      setSaved(taken.theirs);
      setRevision(taken.revision);
      setConflict(null);
    },
  };
}
