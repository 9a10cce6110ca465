/**
 * Other languages within YAML: a script, a query or a list of commands is coloured as what it is.
 *
 * Which language a text is in follows from the key it stands below and from the type of its task. The parsers come
 * when a text first needs them, so that a flow without scripts loads none.
 */

import { yamlLanguage } from "@codemirror/lang-yaml";
import { type Language, LanguageSupport, StreamLanguage } from "@codemirror/language";
import { type Input, parseMixed, type SyntaxNode, type SyntaxNodeRef } from "@lezer/common";

export type Tongue = "python" | "sql" | "javascript" | "shell" | "json";

const TEXTS: [RegExp, Tongue][] = [
  [/^(sql|query|fetchSql)$/, "sql"],
  [/^(commands|beforeCommands)$/, "shell"],
];
const SCRIPTS: [RegExp, Tongue][] = [
  [/python/i, "python"],
  [/node|javascript/i, "javascript"],
  [/shell|bash|command|powershell/i, "shell"],
  [/sql|jdbc|duckdb|postgres|sqlite/i, "sql"],
];
const FILES: [RegExp, Tongue][] = [
  [/\.py$/, "python"],
  [/\.sql$/, "sql"],
  [/\.[cm]?js$/, "javascript"],
  [/\.sh$/, "shell"],
  [/\.json$/, "json"],
];

/** The language of a text below a key, in a task of a type. */
export function tongueOf(key: string, type: string): Tongue | undefined {
  const byKey = TEXTS.find(([pattern]) => pattern.test(key)) ?? FILES.find(([pattern]) => pattern.test(key));
  if (byKey) return byKey[1];
  return key === "script" ? SCRIPTS.find(([pattern]) => pattern.test(type))?.[1] : undefined;
}

/** The languages that a text may need, found without reading it as YAML. */
export function tonguesIn(text: string): Tongue[] {
  const keys = [...text.matchAll(/^[ \t]*(?:- +)*["']?([\w.-]+)["']?:[ \t]*[|>]/gm)].map((match) => match[1] ?? "");
  const types = [...text.matchAll(/^[ \t]*(?:- +)*type:[ \t]*(\S+)/gm)].map((match) => match[1] ?? "");
  const found = keys.flatMap((key) => [
    tongueOf(key, ""),
    ...(key === "script" ? types.map((type) => tongueOf(key, type)) : []),
  ]);
  return [...new Set(found.filter((one) => one !== undefined))];
}

export async function loadTongue(tongue: Tongue): Promise<Language> {
  switch (tongue) {
    case "python":
      return (await import("@codemirror/lang-python")).pythonLanguage;
    case "javascript":
      return (await import("@codemirror/lang-javascript")).javascriptLanguage;
    case "json":
      return (await import("@codemirror/lang-json")).jsonLanguage;
    case "sql":
      return (await import("@codemirror/lang-sql")).StandardSQL.language;
    case "shell":
      return StreamLanguage.define((await import("@codemirror/legacy-modes/mode/shell")).shell);
  }
}

/** YAML whose texts are read in those languages that are there. */
export function mixedYaml(known: ReadonlyMap<Tongue, Language>): LanguageSupport {
  if (known.size === 0) return new LanguageSupport(yamlLanguage);
  const wrap = parseMixed((node, input) => {
    if (node.name !== "BlockLiteralContent") return null;
    const tongue = tongueAt(node, input);
    const language = tongue && known.get(tongue);
    return language ? { parser: language.parser, overlay: linesOf(node, input) } : null;
  });
  return new LanguageSupport(yamlLanguage.configure({ wrap }));
}

function tongueAt(node: SyntaxNodeRef, input: Input): Tongue | undefined {
  const pair = up(node.node, "Pair");
  const key = pair?.getChild("Key");
  if (!pair || !key) return undefined;
  const holder = up(pair, "BlockMapping");
  const type = holder
    ?.getChildren("Pair")
    .find((one) => {
      const name = one.getChild("Key");
      return name !== null && input.read(name.from, name.to) === "type";
    })
    ?.getChild("Literal");
  return tongueOf(nameOf(input.read(key.from, key.to)), type ? input.read(type.from, type.to) : "");
}

/** Each line without the indentation that YAML asks for, so that a script begins at its own first column. */
function linesOf(node: SyntaxNodeRef, input: Input): { from: number; to: number }[] {
  const text = input.read(node.from, node.to);
  const lines = text.split("\n");
  // The first line begins behind its indentation or with it, as the parser has it.
  const widths = lines
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const own = (lines[0] ?? "").length - (lines[0] ?? "").trimStart().length;
  const width = widths.length > 0 ? Math.min(...widths) : own;
  const ranges: { from: number; to: number }[] = [];
  let at = node.from;
  lines.forEach((line, index) => {
    const cut = index === 0 ? own : Math.min(width, line.length);
    const to = Math.min(node.to, at + line.length + 1);
    if (at + cut < to) ranges.push({ from: at + cut, to });
    at += line.length + 1;
  });
  return ranges;
}

function up(node: SyntaxNode, name: string): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) if (at.name === name) return at;
  return null;
}

function nameOf(written: string): string {
  return written.replace(/^["']|["']$/g, "");
}
