import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

/** Lines that a visual edit has just changed, from and to. */
export const flash = StateEffect.define<{ from: number; to: number } | null>();

const line = Decoration.line({ class: "cm-flash" });

/** Shows for a moment which lines a form or the graph has changed. */
export const flashing = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let next = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(flash)) continue;
      if (effect.value === null) return Decoration.none;
      const { doc } = transaction.state;
      const last = doc.lineAt(Math.min(effect.value.to, doc.length)).number;
      const marks = [];
      for (let number = doc.lineAt(Math.min(effect.value.from, doc.length)).number; number <= last; number++) {
        marks.push(line.range(doc.line(number).from));
      }
      next = Decoration.set(marks);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
