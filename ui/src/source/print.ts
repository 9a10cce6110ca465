import type { Data } from "./intents";
import { isMap } from "./intents";
import { isLiteral, printScalar, printText } from "./scalars";

/** How a document is written, so that new text looks like the old. */
export interface Style {
  newline: string;
  /** Columns that a map inside of a map stands further right. */
  step: number;
  /** Columns that the dashes of a list stand right of the key they belong to. */
  dash: number;
}

/** Prints what follows `key:`, the space or line break included; `indent` is the column of the key. */
export function printAfterKey(value: Data, indent: number, style: Style): string {
  if (Array.isArray(value) && value.length > 0) {
    return style.newline + printList(value, indent + style.dash, style);
  }
  if (isMap(value) && Object.keys(value).length > 0) {
    return style.newline + printMap(value, indent + style.step, style);
  }
  return ` ${printSmall(value, indent, style)}`;
}

/** Prints what follows `- `; `indent` is the column of the dash. */
export function printAfterDash(value: Data, indent: number, style: Style): string {
  const column = indent + 2;
  if (Array.isArray(value) && value.length > 0) return printList(value, column, style).slice(column);
  if (isMap(value) && Object.keys(value).length > 0) return printMap(value, column, style).slice(column);
  return printSmall(value, indent, style);
}

export function printPair(key: string, value: Data, indent: number, style: Style): string {
  return `${printText(key)}:${printAfterKey(value, indent, style)}`;
}

/** Prints a list, one item a line, each line with its indentation and without a last line break. */
export function printList(items: readonly Data[], indent: number, style: Style): string {
  const pad = " ".repeat(indent);
  return items.map((item) => `${pad}- ${printAfterDash(item, indent, style)}`).join(style.newline);
}

/** Prints a map as `printList` does a list. */
export function printMap(map: { [key: string]: Data }, indent: number, style: Style): string {
  const pad = " ".repeat(indent);
  return Object.entries(map)
    .map(([key, value]) => pad + printPair(key, value, indent, style))
    .join(style.newline);
}

/** Prints any value on one line, for a place between brackets. */
export function printFlow(value: Data): string {
  if (Array.isArray(value)) return `[${value.map(printFlow).join(", ")}]`;
  if (isMap(value)) {
    return `{${Object.entries(value)
      .map(([key, one]) => `${printText(key, "PLAIN", true)}: ${printFlow(one)}`)
      .join(", ")}}`;
  }
  return printScalar(value, "PLAIN", true);
}

/** Prints the lines of a text below a `|`; its lines stand at `indent`. */
export function printLiteral(text: string, indent: number, style: Style): string {
  const chomp = text.endsWith("\n\n") || text === "\n" ? "+" : text.endsWith("\n") ? "" : "-";
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  const pad = " ".repeat(indent);
  return `|${chomp}${style.newline}${lines.map((line) => (line ? pad + line : "")).join(style.newline)}`;
}

function printSmall(value: Data, indent: number, style: Style): string {
  if (Array.isArray(value)) return "[]";
  if (isMap(value)) return "{}";
  // `|+` would take every empty line after it as well, whatever comes there later.
  if (typeof value === "string" && isLiteral(value) && !value.endsWith("\n\n")) {
    return printLiteral(value, indent + style.step, style);
  }
  return printScalar(value);
}
