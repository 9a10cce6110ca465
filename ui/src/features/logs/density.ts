import type { ChartData } from "../../api/dashboards";
import type { LogLevel } from "../../api/types";
import { stretchesOf } from "../../timeline/stretches";

/** From the worst to the least, as they are named above the bars. */
export const LEVELS: readonly LogLevel[] = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];

const DAY_MS = 86_400_000;

export interface Bar {
  /** Where its stretch begins, and where the next one does. */
  from: string;
  to: string;
  counts: Partial<Record<LogLevel, number>>;
  total: number;
}

export interface Density {
  bars: readonly Bar[];
  /** The bars are days of UTC, not of the zone of the page. */
  isByDay: boolean;
  /** The total of the highest bar. */
  most: number;
  counts: Record<LogLevel, number>;
}

/** The lines of each level in each stretch of the range. */
export function densityOf(data: ChartData): Density {
  const width = (data.bucketSeconds ?? 0) * 1000;
  const counts: Density["counts"] = { ERROR: 0, WARN: 0, INFO: 0, DEBUG: 0, TRACE: 0 };
  const bars = new Map(stretchesOf(data).map((from) => [from, emptyBar(from, width)]));
  for (const { at, level, lines } of data.results) {
    const bar = bars.get(String(at));
    const one = LEVELS.find((known) => known === level);
    const number = Number(lines);
    if (!one) continue;
    counts[one] += number;
    if (!bar) continue;
    bar.counts[one] = number;
    bar.total += number;
  }
  const all = [...bars.values()];
  return { bars: all, isByDay: width >= DAY_MS, most: Math.max(0, ...all.map(({ total }) => total)), counts };
}

function emptyBar(from: string, width: number): Bar {
  return { from, to: new Date(Date.parse(from) + width).toISOString(), counts: {}, total: 0 };
}
