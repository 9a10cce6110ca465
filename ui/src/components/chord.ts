import { t } from "../i18n/text";

const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? "");

/** How keys are written on this machine, from how they are where there is a ⌘: `⌘S` is `Ctrl S` elsewhere. */
export function chord(keys: string): string {
  return isApple ? keys : keys.replaceAll("⇧⌘", "⌘⇧").replaceAll("⌘", `${t("Ctrl")} `);
}
