/** Words in a row, joined as the language joins them. */
import { locale } from "./language";

const alternatives = new Intl.ListFormat(locale, { type: "disjunction" });

/** `text`, `text or number`, `text, number or list`. */
export function either(words: readonly string[]): string {
  return alternatives.format(words);
}
