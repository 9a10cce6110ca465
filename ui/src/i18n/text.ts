/**
 * The texts of the interface: English sentences stand in the code and are the keys of the catalogues.
 *
 * The catalogue of another language is there before any module runs, so texts may stand in constants. In a worker there is
 * none: what it says is English, so it says facts, and the page makes sentences of them.
 */
import { locale } from "./language";

/** A text by the number it speaks of; a language has the forms it needs. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Catalogue = Record<string, string | Forms>;
export type Value = string | number;

/** The names in braces of a text. */
export type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type Values<Name extends string> = [Name] extends [never] ? [] : [values: Record<Name, Value>];

const numbers = new Intl.NumberFormat(locale);
const rules = new Intl.PluralRules(locale);
/** What the script of the language has left: its catalogue, or what makes one of English. */
const given = (globalThis as { tiercelTexts?: Catalogue | ((text: string) => string) }).tiercelTexts;

/**
 * A text in the language of the page, its `{names}` replaced; numbers are written as the language writes them.
 *
 * What stands behind `##` tells texts apart that are the same in English only: `t("Open##state")`.
 */
export function t<const Text extends string>(text: Text, ...[values]: Values<Names<Text>>): string {
  return filled(translated(text), values);
}

/** The form for a number, which is `{count}` in it; the catalogues know it by its English `other`. */
export function plural<const One extends string, const Other extends string>(
  count: number,
  forms: { one: One; other: Other },
  ...[values]: Values<Exclude<Names<One> | Names<Other>, "count">>
): string {
  return filled(form(count, forms), { ...values, count });
}

/** A number as the language writes it. */
export function number(value: number): string {
  return numbers.format(value);
}

/** The translation of a text, with its names and tags still in it. */
export function translated(text: string): string {
  const found = translate(text);
  return (typeof found === "string" ? found : found.other).split("##")[0] as string;
}

/** The translated form for a number, with its names and tags still in it. */
export function form(count: number, forms: Forms): string {
  const found = translate(forms.other);
  const own = typeof found === "string" ? forms : found;
  const text = own[rules.select(count)] ?? own.other;
  return own === forms ? translated(text) : text;
}

/** Replaces the names in braces. */
export function filled(text: string, values: Record<string, Value> | undefined): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

function translate(text: string): string | Forms {
  if (typeof given === "function") return given(text);
  return given?.[text] ?? text;
}
