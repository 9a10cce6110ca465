/** The stretches of time that a chart of the server counts by. */

import type { ChartData } from "../api/dashboards";

const WEEK = 604_800;
const MONDAY = 4 * 86_400;
const MOST = 1_000;

/** Where each stretch of the range begins, also those in which nothing happened. */
export function stretchesOf({ startDate, endDate, bucketSeconds }: ChartData): string[] {
  if (!startDate || !endDate || !bucketSeconds) return [];
  const shift = bucketSeconds === WEEK ? MONDAY : 0;
  const start = Date.parse(startDate) / 1000;
  const end = Date.parse(endDate) / 1000;
  const times: string[] = [];
  let at = Math.floor((start - shift) / bucketSeconds) * bucketSeconds + shift;
  for (; at < end && times.length < MOST; at += bucketSeconds) {
    times.push(new Date(at * 1000).toISOString().replace(".000Z", "Z"));
  }
  return times;
}
