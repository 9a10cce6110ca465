import { isMap, isPair, isSeq, visit } from "yaml";
import type { Collection, Source } from "./document";
import { columnOf, isFlow, itemsOf } from "./geometry";
import type { Style } from "./print";

const USUAL = { step: 2, dash: 2 };

/** Finds out how a document is written, from the first places that show it. */
export function styleOf(source: Source): Style {
  const newline = /\r\n/.test(source.text) ? "\r\n" : "\n";
  let step: number | undefined;
  let dash: number | undefined;
  visit(source.document, {
    Pair(_, pair, parents) {
      const map = parents.at(-1);
      const value = pair.value;
      if (!isMap(map) || isFlow(map) || !(isMap(value) || isSeq(value)) || isFlow(value)) return undefined;
      const shift = columnsBetween(source, map, value);
      if (shift === undefined) return undefined;
      if (isMap(value)) step ??= shift > 0 ? shift : undefined;
      else dash ??= shift;
      return step !== undefined && dash !== undefined ? visit.BREAK : undefined;
    },
  });
  return { newline, step: step ?? USUAL.step, dash: dash ?? USUAL.dash };
}

function columnsBetween(source: Source, outer: Collection, inner: Collection): number | undefined {
  try {
    const index = outer.items.findIndex((entry) => isPair(entry) && entry.value === inner);
    const from = itemsOf(source, outer)[index];
    const to = itemsOf(source, inner)[0];
    return from && to && columnOf(source.text, to.head) - columnOf(source.text, from.head);
  } catch {
    // Written in a way that shows no style; another place will.
    return undefined;
  }
}
