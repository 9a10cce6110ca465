import { useSyncExternalStore } from "react";

export interface Toast {
  key: number;
  text: string;
  isError: boolean;
}

const SHOWN_MS = 6_000;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

/** Says for some seconds what came of an action that has no place of its own on the page. */
export function toast(text: string, isError = false): void {
  const one = { key: ++last, text, isError };
  show([...toasts, one]);
  window.setTimeout(() => dismissToast(one.key), SHOWN_MS);
}

export function toastError(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), true);
}

export function dismissToast(key: number): void {
  show(toasts.filter((one) => one.key !== key));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}

function show(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}
