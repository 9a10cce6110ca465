import { useSyncExternalStore } from "react";

/** Whether the server knows who is here: it is taken for granted until a request is refused for that. */
let isSignedOut = false;
const listeners = new Set<() => void>();
const CSRF_COOKIE = "csrfToken";

export function useSignedOut(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isSignedOut,
  );
}

export function setSignedOut(next: boolean): void {
  if (next === isSignedOut) return;
  isSignedOut = next;
  for (const listener of listeners) listener();
}

/** What a request that changes something must carry when a cookie says who sends it. */
export function csrfHeader(): Record<string, string> {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${CSRF_COOKIE}=`));
  return found ? { "x-csrf-token": decodeURIComponent(found.slice(CSRF_COOKIE.length + 1)) } : {};
}
