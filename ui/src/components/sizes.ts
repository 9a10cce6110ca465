const STEPS: [number, string][] = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
];

/** A number of bytes in the unit that leaves it short: `812 B`, `3.1 kB`, `24 MB`. */
export function sizeOf(bytes: number): string {
  const [step, unit] = STEPS.find(([least]) => bytes >= least) ?? [1, "B"];
  const number = bytes / step;
  return `${step > 1 && number < 10 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}
