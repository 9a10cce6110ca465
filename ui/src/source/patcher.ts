import { chunkOf, type Read, readChunk, readText } from "./chunk";
import { type Intent, type Path, Refused } from "./intents";
import { type Patch, patch } from "./patch";
import type { Style } from "./print";
import { styleOf } from "./style";
import type { TaskPlace } from "./tasks";

type Change = Pick<Patch, "edits">;

/** Carries out one intent after another on one text, and reads no more of it for each than that takes. */
export class Patcher {
  private after: Read | undefined;
  private style: Style | undefined;

  /**
   * Finds the edits for an intent.
   *
   * @param places The tasks of this very text, where they are known.
   * @throws Refused as `patch` does.
   */
  patch(text: string, intent: Intent, places: readonly TaskPlace[]): Change {
    const small = this.style && this.within(text, intent, places, this.style);
    if (small) return small;
    const before = this.after?.source.text === text ? this.after : readText(text);
    this.style = styleOf(before.source);
    const done = patch(text, intent, before, this.style);
    this.after = done.after;
    return done;
  }

  /** The edits within one item of a list of the flow, found from its own lines; undefined where these do not tell. */
  private within(text: string, intent: Intent, places: readonly TaskPlace[], style: Style): Change | undefined {
    if (intent.kind === "move" || intent.kind === "wrap" || intent.path.length < 3) return undefined;
    const [key, index, ...rest] = intent.path;
    const place = places.find((one) => one.list.length === 1 && one.list[0] === key && one.index === index);
    const chunk = place && chunkOf(text, place);
    const read = chunk && readChunk(chunk.text);
    if (!chunk || !read || key === undefined) return undefined;
    try {
      const path: Path = [key, 0, ...rest];
      const { edits, after } = patch(chunk.text, { ...intent, path }, read, style);
      const { shift } = chunk;
      const isSure =
        edits.every(({ from }) => from + shift >= (place?.from ?? 0)) && readsAlone(after.source.text, key);
      if (!isSure) return undefined;
      return { edits: edits.map(({ from, to, insert }) => ({ from: from + shift, to: to + shift, insert })) };
    } catch (error) {
      // The whole text may tell more, or at least the place in it.
      if (error instanceof Refused) return undefined;
      throw error;
    }
  }
}

/** What was written may be what an item must not have to be cut out. */
function readsAlone(chunk: string, key: string | number): boolean {
  const head = `${key}:\n`.length;
  const from = head + chunk.slice(head).search(/\S/);
  return chunkOf(chunk, { list: [key], from, to: chunk.length }) !== undefined;
}
