import type { CheckedInput, FlowInput, Json } from "../../api/types";
import { fieldText, readField } from "../wallClock";

/** What is typed for an input; a file is sent as it is. */
export type Value = string | File;
export type Values = Record<string, Value>;

/** What a field shows before anybody types: the prefill, or the default as text. */
export function firstText(input: FlowInput): string {
  const value = input.prefill ?? input.defaults;
  return value === undefined || value === null ? "" : shownText(input, value);
}

/** A value an execution used, as its field shows it: lengths of time are kept in seconds. */
export function usedText(input: FlowInput, value: Json): string {
  return input.type === "DURATION" && typeof value === "number" ? `PT${value}S` : shownText(input, value);
}

/** What an execution was started with; secrets are masked in what it shows, so they are left out. */
export function usedBy(inputs: readonly FlowInput[], used: Record<string, Json>): Values {
  const open = inputs.filter(({ type }) => type !== "SECRET");
  return Object.fromEntries(
    open.flatMap((input): [string, string][] => {
      const value = used[input.id];
      return value === undefined ? [] : [[input.id, usedText(input, value)]];
    }),
  );
}

/** Only what differs from the default is sent; the server fills in the rest. */
export function toForm(inputs: readonly FlowInput[], values: Values): FormData {
  const form = new FormData();
  for (const input of inputs) {
    const value = values[input.id];
    if (!isSent(input, value)) continue;
    if (value instanceof File) form.append(input.id, value, value.name);
    else form.append(input.id, toWire(input, value));
  }
  return form;
}

/** Everything that is filled in, the defaults too: for a start that would else take over what was there before. */
export function toWholeForm(inputs: readonly FlowInput[], values: Values): FormData {
  const form = new FormData();
  for (const input of inputs) {
    const value = values[input.id];
    if (value === undefined || value === "") continue;
    if (value instanceof File) form.append(input.id, value, value.name);
    else form.append(input.id, toWire(input, value));
  }
  return form;
}

/** The values a field offers, whichever of its names the declaration uses. */
export function choicesOf(input: FlowInput): string[] {
  return (input.values ?? input.options ?? []).map(textOf);
}

export function errorsOf(checked: readonly CheckedInput[] | undefined, id: string): string[] {
  return checked?.find(({ input }) => input.id === id)?.errors.map(({ message }) => message) ?? [];
}

/** Whether a value has to be sent: it is filled in and is not what the server takes anyway. */
export function isSent(input: FlowInput, value: Value | undefined): value is Value {
  return value !== undefined && value !== "" && !isDefault(input, value);
}

function isDefault(input: FlowInput, value: Value): boolean {
  return input.defaults !== undefined && input.defaults !== null && value === shownText(input, input.defaults);
}

export function toWire(input: FlowInput, text: string): string {
  // The browser's field has no zone; what was meant is that of the page.
  if (input.type === "DATETIME" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text))
    return readField(text).toISOString();
  return text;
}

/** A value as its field writes it: an instant by the clock of the page's zone. */
function shownText(input: FlowInput, value: Json): string {
  const text = textOf(value);
  const isInstant = input.type === "DATETIME" && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(text);
  return isInstant ? fieldText(new Date(text)) : text;
}

export function textOf(value: Json): string {
  return typeof value === "object" && value !== null
    ? JSON.stringify(value, null, Array.isArray(value) ? 0 : 2)
    : String(value);
}
