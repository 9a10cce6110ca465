import type { LogLine } from "./types";

/**
 * The lines of an execution, from what was read and from what is told as it is written.
 *
 * Both overlap: a line may be told of that was read already, sooner or later. Lines have no id, so equal ones are
 * counted: as many as were read are not taken again.
 */
export class LineFeed {
  lines: readonly LogLine[] = [];
  /** How many of each line were told of. */
  readonly #told = new Map<string, number>();
  /** How many of each line were read that may still be told of. */
  #read = new Map<string, number>();
  /** Told of since a reading began, which may hold them or not; null when nothing is being read. */
  #since: LogLine[] | null = null;

  /** A reading begins. */
  begin(): void {
    this.#since = [];
  }

  /** The reading gave these lines, which are all until some moment after it began. */
  replace(read: readonly LogLine[]): void {
    const counts = new Map<string, number>();
    for (const line of read) count(counts, keyOf(line));
    const more = new Map<string, number>();
    for (const [key, told] of this.#told) more.set(key, told - (counts.get(key) ?? 0));
    this.#read = new Map([...counts].map(([key, number]) => [key, number - (this.#told.get(key) ?? 0)]));
    // Those that came last are those that came too late for the reading.
    const late = (this.#since ?? []).toReversed().filter((line) => take(more, keyOf(line)));
    this.#since = null;
    this.lines = late.length > 0 ? merged(read, late.reverse()) : read;
  }

  /** Lines were written. */
  add(told: readonly LogLine[]): void {
    this.#since?.push(...told);
    for (const line of told) count(this.#told, keyOf(line));
    const fresh = told.filter((line) => !take(this.#read, keyOf(line)));
    if (fresh.length > 0) this.lines = merged(this.lines, fresh);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Takes one away, if there is one. */
function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  if (left > 0) counts.set(key, left - 1);
  return left > 0;
}

function keyOf({ timestamp, level, taskRunId, attemptNumber, message }: LogLine): string {
  return JSON.stringify([timestamp, level, taskRunId, attemptNumber, message]);
}

/** In the order of their time; those of one moment as they came. */
function merged(lines: readonly LogLine[], fresh: readonly LogLine[]): LogLine[] {
  const all = [...lines, ...fresh];
  const isSorted = fresh.every((line, index) => {
    const before = fresh[index - 1] ?? lines.at(-1);
    return !before || momentOf(before) <= momentOf(line);
  });
  return isSorted ? all : all.sort((one, other) => momentOf(one) - momentOf(other));
}

function momentOf({ timestamp }: LogLine): number {
  return Date.parse(timestamp);
}
