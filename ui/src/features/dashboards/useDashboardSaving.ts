import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../api/client";
import { createDashboard, type Dashboard, dashboard as dashboardOf, updateDashboard } from "../../api/dashboards";

export interface DashboardSaving {
  isDirty: boolean;
  isSaving: boolean;
  error: Error | null;
  /** What somebody else saved meanwhile. */
  theirs: Dashboard | null;
  revision: number;
  save: () => Promise<Dashboard | null>;
  /** Goes on from theirs: the next save lies on top of it. */
  accept: () => void;
}

/** Saves a text on top of the revision it was made from; another's save between is told, never lost. */
export function useDashboardSaving(known: Dashboard | null, text: string, initial: string): DashboardSaving {
  const client = useQueryClient();
  const [saved, setSaved] = useState(known ? initial : "");
  const [revision, setRevision] = useState(known?.revision ?? 0);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [theirs, setTheirs] = useState<Dashboard | null>(null);

  const save = async (): Promise<Dashboard | null> => {
    setSaving(true);
    setError(null);
    try {
      const result = known ? await updateDashboard(known.id, text, revision) : await createDashboard(text);
      setSaved(result.sourceCode);
      setRevision(result.revision);
      client.setQueryData(dashboardOf(result.id).queryKey, result);
      void client.invalidateQueries({ queryKey: ["dashboards", "page"] });
      void client.invalidateQueries({ queryKey: ["charts"] });
      return result;
    } catch (reason) {
      if (known && reason instanceof ApiError && reason.status === 412) {
        setTheirs(await client.fetchQuery({ ...dashboardOf(known.id), staleTime: 0 }));
      } else setError(reason as Error);
      return null;
    } finally {
      setSaving(false);
    }
  };

  return {
    isDirty: text !== saved,
    isSaving,
    error,
    theirs,
    revision,
    save,
    accept: () => {
      if (theirs) {
        setSaved(theirs.sourceCode);
        setRevision(theirs.revision);
      }
      setTheirs(null);
    },
  };
}
