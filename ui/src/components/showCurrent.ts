/** Brings the tab that is open into sight where there is no room for all of them; for the row, as its `ref`. */
export function showCurrent(row: HTMLElement | null): void {
  row?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}
