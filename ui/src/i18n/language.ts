/** Which language the pages speak: settled before they are loaded (public/look.js), so a change of it loads them anew. */

/** Languages with a catalogue, and the one that shows where English is left and where a longer text is cut. */
export type Language = "en" | "de" | "qps";

/** What can be chosen, each by its own name. */
export const LANGUAGES: readonly [Language, string][] = [
  ["en", "English"],
  ["de", "Deutsch"],
];

/** How Intl writes numbers and times in each; 24 hours and the day before the month in all. */
const LOCALES: Record<Language, string> = { en: "en-GB", de: "de-DE", qps: "en-GB" };
/** What the document says of itself; en-XA is the tag of English that was stretched. */
const TAGS: Record<string, Language> = { en: "en", de: "de", "en-XA": "qps" };

export const language: Language = TAGS[globalThis.document?.documentElement.lang ?? "en"] ?? "en";
export const locale = LOCALES[language];

/** Ends what `?lang=` has set for this tab, so that what was chosen since is heard. */
export function forgetAsked(): void {
  const address = new URL(window.location.href);
  address.searchParams.delete("lang");
  window.history.replaceState(window.history.state, "", address);
  try {
    sessionStorage.removeItem("tiercel.lang");
  } catch {
    // Then nothing was kept either.
  }
}
