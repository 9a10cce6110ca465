import type { State } from "../api/types";
import { locale } from "../i18n/language";
import { chosenZone } from "./look";
import { isTerminal } from "./states";

const DAY_MS = 86_400_000;

/** The zone every time on the page is in, named once per page: the one that was chosen, else that of the browser. */
export const ZONE = chosenZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

const timeZone = ZONE;
const clock = new Intl.DateTimeFormat(locale, { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit" });
const short = new Intl.DateTimeFormat(locale, { timeZone, hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { timeZone, day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat(locale, { timeZone, day: "numeric", month: "short", year: "numeric" });
const long = new Intl.DateTimeFormat(locale, { timeZone, weekday: "long", day: "numeric", month: "long" });
const named = new Intl.DateTimeFormat(locale, { timeZone, weekday: "short", day: "numeric", month: "short" });
const counted = new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short" });
const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** The clock with seconds. */
export function clockTime(at: Date): string {
  return clock.format(at);
}

/** The clock without seconds. */
export function shortTime(at: Date): string {
  return short.format(at);
}

export function shortDay(at: Date): string {
  return day.format(at);
}

/** A day with its name, short. */
export function namedDay(at: Date): string {
  return named.format(at);
}

/** A day with its name, whole. */
export function longDay(at: Date): string {
  return long.format(at);
}

/** The day of something that was counted by days of UTC, whatever zone is chosen. */
export function utcDay(at: Date): string {
  return counted.format(at);
}

export function clockMillis(at: Date): string {
  return `${clock.format(at)}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** A time as short as it can be understood: the clock today, the day otherwise, the year when it is another. */
export function moment(iso: string | undefined, now: Date = new Date()): string {
  if (!iso) return "";
  const at = new Date(iso);
  if (year.format(at) === year.format(now)) return clock.format(at);
  const isNear = Math.abs(now.getTime() - at.getTime()) < 300 * DAY_MS;
  return `${isNear ? day.format(at) : year.format(at)} ${short.format(at)}`;
}

/** A sentence of the server with its instants by the clock of the page. */
export function retold(sentence: string): string {
  return sentence.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (iso) => moment(iso));
}

/** A length of time in its two largest units: `3.2 s`, `4 min 10 s`, `1 h 37 min`. */
export function length(millis: number): string {
  if (millis < 1_000) return `${Math.max(0, Math.round(millis))} ms`;
  const seconds = millis / 1_000;
  if (seconds < 59.95) return `${seconds < 9.95 ? tenths.format(seconds) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  if (whole < 86_400) return pair(Math.floor(whole / 3_600), "h", Math.floor((whole % 3_600) / 60), "min");
  return pair(Math.floor(whole / 86_400), "d", Math.floor((whole % 86_400) / 3_600), "h");
}

/** How long something has lasted; until now while it is not over. What is paused has an end that is none. */
export function elapsed(state: Pick<State, "current" | "startDate" | "endDate">, now: number = Date.now()): number {
  if (!state.startDate) return 0;
  const isOver = state.endDate !== undefined && isTerminal(state.current);
  return (isOver ? Date.parse(state.endDate as string) : now) - Date.parse(state.startDate);
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
}
