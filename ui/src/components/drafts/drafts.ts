/** Text that was not saved, kept in this browser so that a closed tab or a lost session costs nothing. */

export interface Draft {
  text: string;
  /** The revision it was written on; 0 for a new flow. */
  revision: number;
  at: string;
}

const PREFIX = "tiercel.draft.";

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
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch {
    // No room or no permission: the page still asks before it closes.
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
