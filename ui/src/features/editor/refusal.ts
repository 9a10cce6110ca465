import { filled, translated } from "../../i18n/text";
import type { Refused } from "../../source/intents";

/** Why a change was refused, in the language of the page. */
export function refusalWords({ text, values }: Refused): string {
  return filled(translated(text), values);
}
