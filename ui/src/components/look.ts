/** How the interface looks in this browser: kept here for the first paint, and on the server for other browsers. */

import type { Language } from "../i18n/language";

export interface Look {
  theme: "system" | "light" | "dark";
  density: "compact" | "comfortable";
  /** A name such as Europe/Vienna; empty: that of the browser. */
  zone: string;
  /** Empty: that of the browser. */
  language: Language | "";
  /** The page that is opened first, as a path. */
  start: string;
  /** Whether keys without a modifier do anything; those who speak to the computer may need them off. */
  letters: "on" | "off";
}

const USUAL: Look = { theme: "system", density: "compact", zone: "", language: "", start: "/", letters: "on" };

export function readLook(): Look {
  const kept = Object.fromEntries(
    Object.entries(USUAL).map(([name, usual]) => [name, item(name as keyof Look) ?? usual]),
  );
  return kept as unknown as Look;
}

/** Takes what another browser of the user has kept, where this one has chosen nothing; tells whether anything is new. */
export function adoptLook(kept: Partial<Look>): boolean {
  const fresh = Object.entries(kept).filter(([name, value]) => item(name as keyof Look) === null && value !== "");
  if (fresh.length === 0) return false;
  writeLook({ ...readLook(), ...Object.fromEntries(fresh) });
  return true;
}

export function writeLook(look: Look): void {
  for (const [name, value] of Object.entries(look)) {
    try {
      if (value === USUAL[name as keyof Look]) localStorage.removeItem(`tiercel.${name}`);
      else localStorage.setItem(`tiercel.${name}`, value);
    } catch {
      // The choice then holds for this page only.
    }
  }
  const isDark = look.theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : look.theme === "dark";
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  document.documentElement.dataset.density = look.density;
}

/** The zone that was chosen, unless it is none that this browser knows. */
export function chosenZone(): string | null {
  const zone = item("zone");
  if (!zone) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

export function areLettersOff(): boolean {
  return item("letters") === "off";
}

function item(name: keyof Look): string | null {
  try {
    return localStorage.getItem(`tiercel.${name}`);
  } catch {
    return null;
  }
}
