import { t } from "../../i18n/text";

/** What is wrong with a value, said where it stands: which input is meant is seen, and that it is empty too. */
export function complaintOf(error: string): string {
  if (/missing required input/.test(error)) return t("This is needed");
  const said = error.replace(/^Invalid input for `[^`]*`[.,:]?\s*/, "");
  return said.charAt(0).toUpperCase() + said.slice(1);
}
