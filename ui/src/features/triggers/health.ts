import type { Trigger } from "../../api/triggers";
import { t } from "../../i18n/text";

export type Health = "failing" | "late" | "held" | "off" | "healthy";

export interface HealthLook {
  className: string;
  glyph: string;
  word: string;
}

export const HEALTH: Record<Health, HealthLook> = {
  failing: { className: "failed", glyph: "s-failed", word: t("Failing") },
  late: { className: "warning", glyph: "s-warning", word: t("Late") },
  held: { className: "queued", glyph: "s-queued", word: t("Waiting") },
  off: { className: "skipped", glyph: "s-skipped", word: t("Off") },
  healthy: { className: "success", glyph: "s-success", word: t("Healthy") },
};

const NOTICED_SECONDS = 5;

/** How a trigger is, in one word; why, its reason says. */
export function healthOf({ state, trigger }: Trigger): Health {
  if (state.disabled || trigger.disabled) return "off";
  if (state.error) return "failing";
  if (secondsOf(state.lag) > NOTICED_SECONDS) return "late";
  if (state.locked) return "held";
  return "healthy";
}

/** The seconds of a duration as the server writes it; only days, hours, minutes and seconds have a length of their own. */
export function secondsOf(duration: string | undefined): number {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration ?? "");
  if (!found) return 0;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = found;
  return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
