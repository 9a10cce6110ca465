/** Prints single values so that every reader of YAML, 1.1 or 1.2, takes them for the same. */

export type Quote = "PLAIN" | "QUOTE_SINGLE" | "QUOTE_DOUBLE";

const WORDS = /^(~|null|true|false|yes|no|on|off|y|n|=|<<|---|\.\.\.)$/i;
const INTEGER = /^[-+]?(0b[01_]+|0o?[0-7_]+|0x[\da-f_]+|\d[\d_]*(:[0-5]?\d)*)$/i;
const DECIMAL = /^[-+]?(\d[\d_]*\.?[\d_]*|\.[\d_]+)(e[-+]?\d+)?$/i;
const SEXAGESIMAL = /^[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?$/;
const SPECIAL = /^[-+]?\.(inf|nan)$/i;
const DATE = /^\d{4}-\d\d?-\d\d?([Tt\s].*)?$/;
const INDICATOR = /^[-?:,[\]{}#&*!|>'"%@`]/;
const DOCUMENT = /^(---|\.\.\.)/;
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const UNPRINTABLE_ALL = new RegExp(UNPRINTABLE.source, "g");

/** Prints a value that is no collection on one line. */
export function printScalar(value: null | boolean | number | string, quote: Quote = "PLAIN", inFlow = false): string {
  if (typeof value === "string") return printText(value, quote, inFlow);
  if (typeof value === "number") return printNumber(value);
  return String(value);
}

/** Prints a text in the wanted quotes where they can hold it, otherwise in those that can. */
export function printText(text: string, quote: Quote = "PLAIN", inFlow = false): string {
  if (UNPRINTABLE.test(text)) return double(text);
  if (quote === "QUOTE_DOUBLE") return double(text);
  if (quote === "PLAIN" && isPlain(text, inFlow)) return text;
  // An expression is nearly always full of single quotes.
  if (quote === "PLAIN" && text.includes("'")) return double(text);
  return quote === "QUOTE_SINGLE" || text.includes('"') || text.includes("\\") ? single(text) : double(text);
}

/** Tells whether a text reads as itself without quotes. */
export function isPlain(text: string, inFlow = false): boolean {
  if (text === "" || text !== text.trim() || UNPRINTABLE.test(text)) return false;
  if (INDICATOR.test(text) || DOCUMENT.test(text)) return false;
  if (/:(\s|$)|\s#/.test(text) || (inFlow && /[,[\]{}:]/.test(text))) return false;
  return ![WORDS, INTEGER, DECIMAL, SEXAGESIMAL, SPECIAL, DATE].some((pattern) => pattern.test(text));
}

/** Tells whether the lines of a text can stand below a `|`. */
export function isLiteral(text: string): boolean {
  if (!text.includes("\n") || /^[ \t\n]/.test(text)) return false;
  return !UNPRINTABLE.test(text.replace(/[\n\t]/g, "")) && !/[ \t]+(\n|$)/.test(text);
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  const text = String(value);
  // YAML 1.1 knows an exponent only behind a fraction.
  return /^-?\d+e/.test(text) ? text.replace("e", ".0e") : text;
}

function single(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function double(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1);
  return `"${escaped.replace(UNPRINTABLE_ALL, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}
