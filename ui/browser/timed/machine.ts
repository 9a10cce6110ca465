import { cpus } from "node:os";

const SAMPLE_MS = 400;
const MOST_BUSY = 0.3;

/**
 * Tells whether the machine has time for the tests alone. Where it works on other things too, how long something takes
 * on the clock is no property of the page; what it costs of the processor's time still is. Asked before and after what is
 * measured, as others begin at any time.
 */
export async function isOurs(): Promise<boolean> {
  const before = times();
  await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  const after = times();
  return (after.busy - before.busy) / (after.all - before.all) < MOST_BUSY;
}

function times(): { busy: number; all: number } {
  const each = cpus().map(({ times: { user, nice, sys, idle, irq } }) => ({ busy: user + nice + sys + irq, idle }));
  const busy = each.reduce((sum, one) => sum + one.busy, 0);
  return { busy, all: busy + each.reduce((sum, one) => sum + one.idle, 0) };
}

/** The value that so large a share of the numbers does not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[at] ?? Number.POSITIVE_INFINITY;
}

/**
 * How long something takes on the clock: usually, where the machine has time for it alone. Where it works on other things
 * too, the best of the times counts, which had to wait the least.
 */
export function judged(times: readonly number[], isAlone: boolean): number {
  return isAlone ? percentile(times, 0.5) : percentile(times, 0);
}
