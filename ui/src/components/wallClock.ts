/** The clock on the wall of a zone: what a field for dates and times holds, and where the days of a calendar begin. */
import { ZONE } from "./times";

const DAY_MS = 86_400_000;

export interface Wall {
  year: number;
  /** From 1 on. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

export function wallOf(at: Date, zone: string = ZONE): Wall {
  const shown = new Date(at.getTime() + offsetAt(at.getTime(), zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  };
}

/**
 * When a wall shows a time, the first of both where a clock is set back; a day may lie beyond the end of its month.
 *
 * A time that a clock leaves out counts on from before it did.
 */
export function instantOf({ year, month, day, hour, minute }: Wall, zone: string = ZONE): Date {
  const shown = Date.UTC(year, month - 1, day, hour, minute);
  const [before, after] = [offsetAt(shown - DAY_MS, zone), offsetAt(shown + DAY_MS, zone)];
  const found = [shown - before, shown - after].filter((at) => at + offsetAt(at, zone) === shown);
  return new Date(found.length > 0 ? Math.min(...found) : shown - before);
}

/** The first moment of a day so many days later, also where one of them has an hour more or less. */
export function dayStart(from: Date, days: number, zone: string = ZONE): Date {
  const wall = wallOf(from, zone);
  return instantOf({ ...wall, day: wall.day + days, hour: 0, minute: 0 }, zone);
}

/** A moment as a `datetime-local` field writes it, without a zone: `2026-01-31T09:30`, with seconds if it has any. */
export function fieldText(at: Date, zone: string = ZONE): string {
  const { year, month, day, hour, minute } = wallOf(at, zone);
  const seconds = at.getUTCSeconds();
  return new Date(Date.UTC(year, month - 1, day, hour, minute, seconds)).toISOString().slice(0, seconds ? 19 : 16);
}

/** The moment that such a field means. */
export function readField(text: string, zone: string = ZONE): Date {
  const written = new Date(`${text.slice(0, 16)}Z`);
  return new Date(instantOf(wallOf(written, "UTC"), zone).getTime() + Number(text.slice(17, 19)) * 1_000);
}

/** How far a zone is ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(at);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts
    .filter(({ type }) => type !== "literal")
    .map(({ value }) => Number(value));
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(at / 1_000) * 1_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  // Year first, and in digits alone: the order in which the parts are read.
  const made = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formats.set(zone, made);
  return made;
}
