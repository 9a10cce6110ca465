import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError, requestJson } from "../../api/client";
import { createFlow, flowSource, updateFlow } from "../../api/flows";
import type { Flow } from "../../api/types";
import { dropDraft, keepDraft } from "../../components/drafts/drafts";
import type { Conflict } from "../../components/merging/merging";
import type { Editor } from "./useEditor";

const DRAFT_MS = 600;

export interface Saving {
  /** The text of the last revision known here. */
  saved: string;
  revision: number;
  isSaving: boolean;
  error: Error | null;
  conflict: Conflict | null;
  save: (text?: string) => Promise<Flow | null>;
  /** Asks for the revision that somebody else saved. */
  look: () => Promise<Conflict | null>;
  /** Opens what brings a text together with theirs. */
  meet: (conflict: Conflict) => void;
  /** Goes on from another's revision; the text then counts as made from that. */
  rebase: (conflict: Conflict) => void;
  dismiss: () => void;
}

/** Saves a text on top of the revision it was made from, and keeps what is not saved as a draft. */
export function useSaving(flow: Flow | null, editor: Editor, draftKey: string): Saving {
  const client = useQueryClient();
  const [saved, setSaved] = useState(flow?.source ?? "");
  const [revision, setRevision] = useState(flow?.revision ?? 0);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const { calmText, isDirty, markSaved } = editor;

  useEffect(() => {
    if (!isDirty) return dropDraft(draftKey);
    const timer = window.setTimeout(() => keepDraft(draftKey, calmText, revision), DRAFT_MS);
    return () => window.clearTimeout(timer);
  }, [draftKey, calmText, revision, isDirty]);

  const save = async (given: string = editor.read()): Promise<Flow | null> => {
    setSaving(true);
    setError(null);
    try {
      const result = flow ? await updateFlow(flow.namespace, flow.id, given, revision) : await createFlow(given);
      setSaved(result.source ?? given);
      markSaved(result.source ?? given);
      setRevision(result.revision);
      dropDraft(draftKey);
      client.setQueryData(flowSource(result.namespace, result.id).queryKey, result);
      void client.invalidateQueries({ queryKey: ["flows", "page"] });
      void client.invalidateQueries({ queryKey: ["flows", "revisions"] });
      return result;
    } catch (reason) {
      if (flow && reason instanceof ApiError && reason.status === 412) setConflict(await look());
      else setError(reason as Error);
      return null;
    } finally {
      setSaving(false);
    }
  };

  const look = async (): Promise<Conflict | null> => {
    if (!flow) return null;
    const theirs = await requestJson<Flow>(`/flows/${flow.namespace}/${flow.id}?source=true`);
    return { base: saved, theirs: theirs.source ?? "", revision: theirs.revision };
  };

  return {
    saved,
    revision,
    isSaving,
    error,
    conflict,
    save,
    look,
    meet: setConflict,
    rebase: (taken) => {
      setSaved(taken.theirs);
      markSaved(taken.theirs);
      setRevision(taken.revision);
      setConflict(null);
    },
    dismiss: () => {
      setConflict(null);
      setError(null);
    },
  };
}
