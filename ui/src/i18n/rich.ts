import { createElement, Fragment, type ReactNode } from "react";
import { type Forms, form, type Names, number, translated } from "./text";

/** The names in angle brackets of a text. */
type Tags<Text extends string> = Text extends `${string}<${infer Tag}>${infer Rest}`
  ? (Tag extends `/${string}` ? never : Tag) | Tags<Rest>
  : never;
type Wrap = (inner: ReactNode) => ReactNode;
type Nodes<Text extends string> = Record<Names<Text>, ReactNode> & Record<Tags<Text>, Wrap>;
type Given = Record<string, ReactNode | Wrap>;

const PART = /<(\w+)>(.*?)<\/\1>|\{(\w+)\}/gs;

/**
 * A text with something else than text in it: `{names}` are nodes, and what stands between `<tags>` is wrapped.
 *
 * `rich("Read <a>the guide</a> to {name}.", { a: (inner) => <a href={to}>{inner}</a>, name: <b>{name}</b> })`
 */
export function rich<const Text extends string>(text: Text, nodes: Nodes<Text>): ReactNode {
  return whole(translated(text), nodes as Given);
}

/** The form for a number, which is `{count}` in it, with nodes as in `rich`. */
export function richPlural<const One extends string, const Other extends string>(
  count: number,
  forms: { one: One; other: Other },
  nodes: Omit<Nodes<One | Other>, "count">,
): ReactNode {
  return whole(form(count, forms as Forms), { ...nodes, count } as Given);
}

function whole(text: string, given: Given): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const { 0: found, 1: tag, 2: inner = "", 3: name = "", index } of text.matchAll(PART)) {
    parts.push(text.slice(from, index), tag ? (given[tag] as Wrap)(whole(inner, given)) : node(given[name]));
    from = index + found.length;
  }
  return createElement(Fragment, null, ...parts, text.slice(from));
}

function node(value: ReactNode | Wrap): ReactNode {
  return typeof value === "number" ? number(value) : (value as ReactNode);
}
