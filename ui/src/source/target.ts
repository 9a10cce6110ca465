import type { TaskPlace } from "./tasks";

const READING = /\b(outputs|inputs)(?:\.([A-Za-z_][\w-]*)|\[['"]([^'"\]]+)['"]\])/g;
const WORD = /[A-Za-z0-9][\w-]*/g;

/** Where that is which the text at an offset names: a task by its outputs or its id, or an input. */
export function targetAt(text: string, offset: number, places: readonly TaskPlace[]): number | undefined {
  const from = text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", offset);
  const line = text.slice(from, end < 0 ? undefined : end);
  const at = offset - from;
  const isHere = (found: RegExpMatchArray): boolean => {
    const start = found.index ?? 0;
    return start <= at && at <= start + found[0].length;
  };
  const reading = [...line.matchAll(READING)].find(isHere);
  const name = reading?.[2] ?? reading?.[3];
  if (reading?.[1] === "inputs" && name !== undefined) return inputAt(text, name);
  const id = name ?? [...line.matchAll(WORD)].find(isHere)?.[0];
  return places.find((place) => place.id === id)?.from;
}

function inputAt(text: string, id: string): number | undefined {
  const section = /^inputs:/m.exec(text);
  if (!section) return undefined;
  const start = section.index + section[0].length;
  const rest = text.slice(start);
  const next = rest.search(/^[^\s#-]/m);
  const own = next < 0 ? rest : rest.slice(0, next);
  for (const found of own.matchAll(/\bid:\s*["']?([\w.-]+)/g)) {
    if (found[1] === id) return start + found.index;
  }
  return undefined;
}
