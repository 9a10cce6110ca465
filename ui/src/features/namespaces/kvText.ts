import type { KvType, KvValue } from "../../api/kv";
import type { Json } from "../../api/types";
import { t } from "../../i18n/text";

/** What stands in the field for a value. */
export function fieldText({ type, value }: Pick<KvValue, "type" | "value">): string {
  return type === "JSON" ? JSON.stringify(value, null, 2) : String(value ?? "");
}

/** The body that makes a key of this type, or why the text is no value of it. */
export function bodyOf(type: KvType, text: string): { body: string } | { problem: string } {
  const bare = text.trim();
  switch (type) {
    case "STRING":
      return { body: JSON.stringify(text) };
    case "NUMBER":
      return bare !== "" && Number.isFinite(Number(bare)) ? { body: bare } : { problem: t("A number, such as 12.5") };
    case "BOOLEAN":
      return /^(true|false)$/.test(bare) ? { body: bare } : { problem: t("true or false") };
    case "DATE":
      return isDate(bare) ? { body: bare } : { problem: t("A day, such as 2026-01-31") };
    case "DATETIME":
      return /^\d{4}-\d\d-\d\dT/.test(bare) && !Number.isNaN(Date.parse(bare))
        ? { body: new Date(bare).toISOString() }
        : { problem: t("An instant, such as 2026-01-31T12:00:00Z") };
    case "DURATION":
      return /^P(?=.)(\d+[YMWD])*(T(\d+(\.\d+)?[HMS])+)?$/.test(bare)
        ? { body: bare }
        : { problem: t("A length of time, such as PT5M or P1D") };
    case "JSON":
      return jsonBody(text);
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

function jsonBody(text: string): { body: string } | { problem: string } {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { problem: t("This is no JSON: {reason}", { reason: (error as Error).message }) };
  }
  if (typeof value !== "object" || value === null)
    return { problem: t("A map or a list; other values have types of their own") };
  return { body: text };
}
