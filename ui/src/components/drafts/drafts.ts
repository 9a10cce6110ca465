/**
 * Text that was not saved, kept in this browser so that a closed tab or a lost session costs nothing.
 *
 * The store of the browser that is written at once is used, and not its database: what is handed to that in the moment in
 * which a tab is closed or crashes may be lost. Where the room for it is used up the oldest drafts make way.
 */

export interface Draft {
  text: string;
  /** The revision it was written on; 0 for a new flow. */
  revision: number;
  at: string;
}

const PREFIX = "tiercel.draft.";
/** Characters; browsers have room for about five million. */
const LARGEST = 2_000_000;

export function findDraft(key: string): Draft | null {
  try {
    const draft: unknown = JSON.parse(localStorage.getItem(PREFIX + key) ?? "null");
    return isDraft(draft) ? draft : null;
  } catch {
    return null;
  }
}

export function keepDraft(key: string, text: string, revision: number): void {
  const draft: Draft = { text, revision, at: new Date().toISOString() };
  const value = JSON.stringify(draft);
  // Each turn takes one away, so it ends where only this one is left.
  while (!isKept(PREFIX + key, value)) {
    const oldest = oldestBut(PREFIX + key);
    // No permission, or a text that would push out everything else: the page still asks before it closes.
    if (!oldest || value.length > LARGEST) return;
    localStorage.removeItem(oldest);
  }
}

export function dropDraft(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Then there is none either.
  }
}

function isDraft(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && "text" in value && "revision" in value;
}

function isKept(name: string, value: string): boolean {
  try {
    localStorage.setItem(name, value);
    return true;
  } catch {
    return false;
  }
}

function oldestBut(name: string): string | undefined {
  try {
    const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? "");
    const others = names.filter((one) => one.startsWith(PREFIX) && one !== name);
    const ageOf = (one: string): string => findDraft(one.slice(PREFIX.length))?.at ?? "";
    return others.toSorted((one, other) => ageOf(one).localeCompare(ageOf(other)))[0];
  } catch {
    return undefined;
  }
}
