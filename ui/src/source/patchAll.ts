import { chainEdits, type TextEdit } from "./edits";
import type { Intent } from "./intents";
import { patch } from "./patch";

/**
 * Carries out several intents, one after another, as one change of the text.
 *
 * @throws Refused when one of them is; then none is carried out.
 */
export function patchAll(text: string, intents: readonly Intent[]): { edits: TextEdit[]; text: string } {
  const steps: TextEdit[][] = [];
  let after = text;
  for (const intent of intents) {
    const done = patch(after, intent);
    steps.push(done.edits);
    after = done.text;
  }
  return { edits: chainEdits(text.length, steps), text: after };
}
