/** A text that one page gives the editor of a new flow, kept by the browser until the tab is closed. */

const KEY = "tiercel.handover";

export function handOver(source: string): void {
  sessionStorage.setItem(KEY, source);
}

export function handedOver(): string | null {
  return sessionStorage.getItem(KEY);
}
