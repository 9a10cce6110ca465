import { yaml } from "@codemirror/lang-yaml";
import { goToNextChunk, goToPreviousChunk, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { appearance } from "./highlight";

/** Shows what one text has and another had, in one column; what is the same is folded. */
export function diffView(parent: HTMLElement, old: string, now: string, label: string, isYaml = true): EditorView {
  return new EditorView({
    parent,
    doc: now,
    extensions: [
      lineNumbers(),
      isYaml ? yaml() : [],
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      unifiedMergeView({
        original: old,
        mergeControls: false,
        highlightChanges: true,
        gutter: true,
        collapseUnchanged: { margin: 3, minSize: 5 },
      }),
      appearance,
    ],
  });
}

/** Leads to the next place that differs, or to the one before. */
export function goToChange(view: EditorView, by: -1 | 1): void {
  view.focus();
  (by === 1 ? goToNextChunk : goToPreviousChunk)(view);
  view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "center" }) });
}
