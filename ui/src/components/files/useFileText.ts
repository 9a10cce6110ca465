import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../../api/client";
import { type StoredFile, storedFile, storeFile } from "../../api/storedFiles";
import { type News, useNews } from "../../api/useNews";
import { t } from "../../i18n/text";
import { type Draft, dropDraft, findDraft, keepDraft } from "../drafts/drafts";
import type { Conflict } from "../merging/merging";
import { toast } from "../toasts";

const DRAFT_MS = 600;

interface Options {
  /** A revision that is not the last: it is shown, and stored again as it is. */
  isOld?: boolean;
  /** The last revision there is known to be, and when that was asked. */
  newest?: { revision: number; at: number };
  /** Called once it is stored, before the page says so. */
  onSaved?: () => Promise<void>;
}

export interface FileWriting {
  text: string;
  write: (text: string) => void;
  /** What the text area was made with last; it owns its text from then on. */
  seed: { text: string; turn: number };
  base: { text: string; revision: number };
  isDirty: boolean;
  isSaving: boolean;
  error: Error | null;
  save: () => void;
  conflict: Conflict | null;
  /** Takes the text that both were brought together in, or goes on without. */
  settle: (merged: string | null) => void;
  /** A save by somebody else that is newer than what is written here. */
  news: News | null;
  takeTheirs: () => Promise<void>;
  /** What was written here and never saved. */
  draft: Draft | null;
  settleDraft: (isTaken: boolean) => void;
}

/** The text of a file while it is written: saved on top of the revision it was made from, so that nobody's lines are lost. */
export function useFileText(namespace: string, path: string, file: StoredFile, options: Options = {}): FileWriting {
  const { isOld = false, newest, onSaved } = options;
  const client = useQueryClient();
  const draftKey = `file/${namespace}${path}`;
  const [base, setBase] = useState({ text: file.text ?? "", revision: file.revision });
  const [text, setText] = useState(base.text);
  const [seed, setSeed] = useState({ text: base.text, turn: 0 });
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [draft, setDraft] = useState(() => (isOld ? null : findDraft(draftKey)));
  const isWritten = text !== base.text;
  useDraft(draftKey, text, base.revision, isWritten && !isOld);

  const put = (next: string): void => {
    setText(next);
    setSeed(({ turn }) => ({ text: next, turn: turn + 1 }));
  };
  const look = async (): Promise<Conflict | null> => {
    const theirs = await client.fetchQuery({ ...storedFile(namespace, path), staleTime: 0 });
    return theirs.text === null ? null : { base: base.text, theirs: theirs.text, revision: theirs.revision };
  };
  const save = useMutation({
    mutationFn: () => storeFile(namespace, path, new Blob([text]), isOld ? undefined : base.revision),
    onSuccess: async (revision) => {
      setBase({ text, revision });
      toast(t("Saved {name}", { name: path.slice(1) }));
      await client.invalidateQueries({ queryKey: ["namespaceFiles", namespace] });
      await onSaved?.();
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.status === 412) setConflict(await look().catch(() => null));
    },
  });
  const told = useNews("file", { namespace, id: path }, base.revision);
  const found = newest && newest.revision > base.revision ? { ...newest, author: "" } : null;
  const isDirty = isWritten || isOld;
  return {
    text,
    write: setText,
    seed,
    base,
    isDirty,
    isSaving: save.isPending,
    error: conflict ? null : save.error,
    save: () => {
      if (isDirty && file.text !== null && !save.isPending) save.mutate();
    },
    conflict,
    settle: (merged) => {
      if (merged !== null && conflict) {
        setBase({ text: conflict.theirs, revision: conflict.revision });
        put(merged);
        save.reset();
      }
      setConflict(null);
    },
    news: isOld || save.isPending || conflict ? null : (told ?? found),
    takeTheirs: async () => {
      const theirs = await look();
      if (theirs && isWritten) setConflict(theirs);
      else if (theirs) {
        setBase({ text: theirs.theirs, revision: theirs.revision });
        put(theirs.theirs);
      }
    },
    draft: draft && draft.text !== base.text ? draft : null,
    settleDraft: (isTaken) => {
      if (isTaken && draft) put(draft.text);
      else dropDraft(draftKey);
      setDraft(null);
    },
  };
}

/** Keeps what is written in this browser until it is saved, also when another file is opened. */
function useDraft(key: string, text: string, revision: number, isWritten: boolean): void {
  const latest = useRef({ text, revision, isWritten });
  const wasWritten = useRef(false);
  useEffect(() => {
    latest.current = { text, revision, isWritten };
    if (!isWritten) {
      if (wasWritten.current) dropDraft(key);
      wasWritten.current = false;
      return;
    }
    wasWritten.current = true;
    const timer = window.setTimeout(() => keepDraft(key, text, revision), DRAFT_MS);
    return () => window.clearTimeout(timer);
  }, [key, text, revision, isWritten]);
  useEffect(
    () => () => {
      if (latest.current.isWritten) keepDraft(key, latest.current.text, latest.current.revision);
    },
    [key],
  );
}
