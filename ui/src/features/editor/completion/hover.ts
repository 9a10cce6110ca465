import type { EditorView, Tooltip } from "@codemirror/view";
import { t } from "../../../i18n/text";
import { spotAt } from "../../../source/cursor";
import type { Tasks } from "./completions";
import { signatureOf } from "./expressions";
import type { Knowledge } from "./knowledge";
import { choicesOf, shapesAt, valuesOf } from "./schemas";

interface Told {
  title: string;
  text: string;
  /** Where more is said of it. */
  href?: string;
}

/** Tells what a property, a type or a function is for, where the pointer rests on it. */
export async function hoverDocs(
  knowledge: Knowledge,
  tasks: Tasks,
  view: EditorView,
  pos: number,
): Promise<Tooltip | null> {
  const line = view.state.doc.lineAt(pos);
  const found = wordAt(line.text, pos - line.from);
  if (!found) return null;
  const told = await tell(view.state.doc.toString(), line.from, line.text, found, knowledge, tasks);
  if (!told) return null;
  return { pos: line.from + found.from, end: line.from + found.to, above: true, create: () => ({ dom: card(told) }) };
}

async function tell(
  text: string,
  start: number,
  line: string,
  word: { from: number; to: number; text: string },
  knowledge: Knowledge,
  tasks: Tasks,
): Promise<Told | null> {
  const before = line.slice(0, word.from);
  if (before.lastIndexOf("{{") > before.lastIndexOf("}}")) {
    const one = (await knowledge.functions()).find(({ name }) => name === word.text);
    return one && line[word.to] === "(" ? { title: signatureOf(one), text: "" } : ofTask(word.text, before, tasks);
  }
  const isKey = /^\s*(?:- +)*["']?$/.test(before) && /^["']?\s*:/.test(line.slice(word.to));
  const schema = await knowledge.flowSchema();
  if (isKey) {
    // Looked at as if the key were being written, so that what is beside it counts and it does not.
    const spot = spotAt(text, start + word.to);
    if (spot.isInText) return null;
    const shapes = valuesOf(schema, shapesAt(schema, spot, tasks(), start + word.to), word.text);
    const described = shapes.find(({ description }) => description)?.description ?? "";
    const choices = choicesOf(shapes).filter((choice) => !choice.includes("."));
    if (!described && choices.length === 0) return null;
    return {
      title: word.text,
      text: [described, choices.length > 0 && t("One of {choices}.", { choices: choices.join(", ") })]
        .filter(Boolean)
        .join(" "),
    };
  }
  const type = schema.definitions?.[word.text];
  return type ? { title: word.text, text: (type.title ?? "").replaceAll("``", ""), href: addressOf(word.text) } : null;
}

function ofTask(id: string, before: string, tasks: Tasks): Told | null {
  const place = /outputs\.$/.test(before) ? tasks().find((one) => one.id === id) : undefined;
  return place ? { title: place.id, text: place.type } : null;
}

function wordAt(line: string, at: number): { from: number; to: number; text: string } | null {
  for (const match of line.matchAll(/[\w$][\w$.-]*/g)) {
    if (match.index > at || at >= match.index + match[0].length) continue;
    const isType = match[0].includes(".") && /^\s*(?:- +)*type:\s*["']?$/.test(line.slice(0, match.index));
    if (isType) return { from: match.index, to: match.index + match[0].length, text: match[0] };
    for (const part of match[0].matchAll(/[\w$-]+/g)) {
      const from = match.index + part.index;
      if (from <= at && at < from + part[0].length) return { from, to: from + part[0].length, text: part[0] };
    }
  }
  return null;
}

function addressOf(type: string): string {
  return `${import.meta.env.BASE_URL}plugins/${encodeURIComponent(type)}`;
}

function card({ title, text, href }: Told): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-docs";
  const head = document.createElement("code");
  head.textContent = title;
  const body = document.createElement("p");
  body.textContent = text;
  dom.append(head, ...(text ? [body] : []));
  if (href) {
    const link = document.createElement("a");
    Object.assign(link, { href, target: "_blank", rel: "noreferrer" });
    link.classList.add("link", "small");
    link.textContent = t("Documentation");
    dom.append(link);
  }
  return dom;
}
