import { useEffect } from "react";
import type { TaskRun } from "../../api/types";
import { isLetterKey } from "../../components/letters";
import type { TabSearch } from "../../search";

interface Options {
  runs: readonly TaskRun[];
  selected: string | undefined;
  onSearch: (part: { [Key in keyof TabSearch]?: TabSearch[Key] | undefined }) => void;
}

const TABS: Record<string, TabSearch["tab"]> = { t: undefined, l: "logs", d: "data" };

/** `t`, `l` and `d` lead to tabs, `n` and `N` from failure to failure. They act only outside of fields. */
export function useExecutionKeys({ runs, selected, onSearch }: Options): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!isLetterKey(event)) return;
      if (event.key in TABS) {
        onSearch({ tab: TABS[event.key] });
        return;
      }
      if (event.key.toLowerCase() !== "n") return;
      const failed = runs.filter(({ state }) => state.current === "FAILED").map(({ id }) => id);
      if (failed.length === 0) return;
      const at = failed.indexOf(selected ?? "");
      const step = event.key === "N" ? -1 : 1;
      const next = at < 0 ? (step > 0 ? 0 : failed.length - 1) : (at + step + failed.length) % failed.length;
      onSearch({ task: failed[next] });
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [runs, selected, onSearch]);
}
