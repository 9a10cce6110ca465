import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Data, Path } from "./intents";

export type Collection = YAMLMap | YAMLSeq;

/** A text with what the parser made of it: its first document, and how many problems there are. */
export interface Source {
  text: string;
  document: Document;
  others: Document[];
  errors: { message: string; offset: number }[];
}

const OPTIONS = { keepSourceTokens: true, merge: true, logLevel: "silent", prettyErrors: false } as const;

export function parseSource(text: string): Source {
  const documents = [...new Composer(OPTIONS).compose(new Parser().parse(text), true, text.length)];
  const [document, ...others] = documents as [Document, ...Document[]];
  const errors = documents.flatMap((one) =>
    one.errors.map((error) => ({ message: error.message, offset: error.pos[0] })),
  );
  return { text, document, others, errors };
}

/** The data of the first document; undefined where it cannot be told, as with an alias to nothing. */
export function dataOf(source: Source): Data | undefined {
  try {
    // An alias that stands for very much is refused by the parser.
    return source.document.toJS() as Data;
  } catch {
    return undefined;
  }
}

export function parseData(text: string): Data | undefined {
  return dataOf(parseSource(text));
}

export interface Found {
  /** Null for an empty document. */
  node: Node | null;
  /** The collection that holds the node, and where in it; absent for the root. */
  holder?: { collection: Collection; index: number };
}

/** Finds the node of a path; undefined when there is none, or when an alias lies on the way. */
export function find(source: Source, path: Path): Found | undefined {
  let found: Found = { node: source.document.contents as Node | null };
  for (const step of path) {
    const { node } = found;
    if (node === null || isAlias(node)) return undefined;
    const next = isMap(node) ? pairOf(node, step) : isSeq(node) ? itemOf(node, step) : undefined;
    if (next === undefined) return undefined;
    found = next;
  }
  return found;
}

export function keyOf(pair: Pair): string | undefined {
  const key = pair.key;
  return isScalar(key) ? String(key.value) : undefined;
}

export function entryOf(collection: Collection, index: number): Pair | Node | undefined {
  return collection.items[index] as Pair | Node | undefined;
}

export function nodeOf(entry: Pair | Node): Node | null {
  return isPair(entry) ? (entry.value as Node | null) : entry;
}

function pairOf(map: YAMLMap, step: string | number): Found | undefined {
  const index = map.items.findIndex((pair) => keyOf(pair) === String(step));
  const pair = map.items[index];
  return pair && { node: pair.value as Node | null, holder: { collection: map, index } };
}

function itemOf(seq: YAMLSeq, step: string | number): Found | undefined {
  const node = typeof step === "number" ? (seq.items[step] as Node | undefined) : undefined;
  return node && typeof step === "number" ? { node, holder: { collection: seq, index: step } } : undefined;
}
