import { locale } from "../i18n/language";

const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const STEPS: [seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

/** How long ago something was, in words: `now`, `3 minutes ago`, `yesterday`. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1_000));
  const step = STEPS.find(([least]) => seconds >= least);
  return step ? words.format(-Math.floor(seconds / step[0]), step[1]) : words.format(0, "second");
}
