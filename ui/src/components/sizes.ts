import { locale } from "../i18n/language";

const STEPS: [number, string][] = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
];

const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** A number of bytes in the unit that leaves it short: `812 B`, `3.1 kB`, `24 MB`. */
export function sizeOf(bytes: number): string {
  const [step, unit] = STEPS.find(([least]) => bytes >= least) ?? [1, "B"];
  const number = bytes / step;
  return `${step > 1 && number < 10 ? tenths.format(number) : Math.round(number)} ${unit}`;
}
