import { type RefObject, useEffect } from "react";

interface Actions {
  save: () => void;
  run: () => void;
}

/** The editor's keys outside of the code: saving, running, and the one history that form and graph share with it. */
export function useEditorKeys(actions: RefObject<Actions>, undo: () => void, redo: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isElsewhere = event.target instanceof Element && event.target.closest(".cm-editor, [role=dialog]");
      if (!(event.ctrlKey || event.metaKey) || isElsewhere) return;
      const key = event.key.toLowerCase();
      if (key === "s") actions.current.save();
      else if (key === "enter") actions.current.run();
      else if (key === "z") (event.shiftKey ? redo : undo)();
      else if (key === "y") redo();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [actions, undo, redo]);
}
