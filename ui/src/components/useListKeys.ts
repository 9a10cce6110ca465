import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { isLetterKey } from "./letters";

const ROWS = ".table--cards tbody tr:has(.name)";

/** Keys of lists: `j` and `k` go from row to row, `x` ticks the row, Enter opens it, `r` reads the list again. */
export function useListKeys(): void {
  const client = useQueryClient();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isLetterKey(event)) return;
      const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      const key = event.key;
      if (key === "j" || key === "k") {
        const next = rows[at < 0 ? 0 : at + (key === "j" ? 1 : -1)];
        next?.querySelector<HTMLElement>(".name")?.focus();
      } else if (key === "x") rows[at]?.querySelector<HTMLElement>("input[type=checkbox]")?.click();
      else if (key === "r") void client.refetchQueries({ type: "active" });
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [client]);
}
