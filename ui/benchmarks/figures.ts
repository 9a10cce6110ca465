import { appendFileSync } from "node:fs";

/** What was measured several times, in the unit that is named, and what it should stay under. */
export interface Figure {
  what: string;
  unit: "ms" | "MB";
  values: readonly number[];
  /** The share of the values that has to stay under the budget. */
  share: number;
  budget: number;
}

/** Adds a figure to the file of this run, which `FIGURES` names; who starts the run shows and keeps them. */
export function note({ what, unit, values, share, budget }: Figure): void {
  const file = process.env.FIGURES;
  if (!file) throw new Error("FIGURES names no file. `make bench NAME=b12` does.");
  const one = { what, unit, best: Math.min(...values), at: percentile(values, share), share, times: values.length, budget };
  appendFileSync(file, `${JSON.stringify(one)}\n`);
}

/** The value that so large a share of the numbers does not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[at] ?? Number.POSITIVE_INFINITY;
}

/** How long something takes on the clock, in milliseconds. */
export async function took(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Something done several times, one after the other. */
export async function repeated(times: number, attempt: (time: number) => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let time = 0; time < times; time++) all.push(await attempt(time));
  return all;
}
