import { parseData } from "../../source/document";
import { isMap } from "../../source/intents";

/** The id that is written for the flow. */
export function idOf(text: string): string {
  return /^id: *["']?([\w.-]+)/m.exec(text)?.[1] ?? "";
}

/** The namespace of the flow that is written. */
export function namespaceOf(text: string): string {
  const found = /^namespace: *["']?([\w.-]+)/m.exec(text)?.[1];
  if (found) return found;
  const data = parseData(text);
  return isMap(data) && typeof data.namespace === "string" ? data.namespace : "";
}
