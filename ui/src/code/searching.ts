/**
 * Search in a text, which is fetched when it is first asked for or something is first selected: most texts are read
 * and written without it.
 */

import { Compartment, type Extension } from "@codemirror/state";
import { EditorView, type KeyBinding, keymap } from "@codemirror/view";

/** Those keys of the search that mean something before it is open. */
const KEYS = ["Mod-f", "F3", "Mod-g", "Mod-Shift-l", "Mod-Alt-g", "Mod-d"];
const place = new Compartment();
const load = () => import("@codemirror/search");

/** Search, marks on what is like the selection, and the keys of both. */
export function searching(): Extension {
  return place.of([
    keymap.of(KEYS.map((key) => ({ key, preventDefault: true, run: (view) => began(view, key) }))),
    EditorView.updateListener.of(({ state, selectionSet, view }) => {
      if (selectionSet && !state.selection.main.empty) void bring(view);
    }),
  ]);
}

/** Does what the key means once the search is there. */
function began(view: EditorView, key: string): true {
  void bring(view).then((bindings) => bindings.find((one) => one.key === key)?.run?.(view));
  return true;
}

const brought = new WeakMap<EditorView, Promise<readonly KeyBinding[]>>();

function bring(view: EditorView): Promise<readonly KeyBinding[]> {
  const known = brought.get(view);
  if (known) return known;
  const coming = load().then(({ highlightSelectionMatches, searchKeymap }) => {
    view.dispatch({ effects: place.reconfigure([highlightSelectionMatches(), keymap.of(searchKeymap)]) });
    return searchKeymap;
  });
  // A server that did not answer may do so for the next key.
  coming.catch(() => brought.delete(view));
  brought.set(view, coming);
  return coming;
}
