import type { CompletionSource } from "@codemirror/autocomplete";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Issue } from "../../api/types";
import { diagnosticsOf } from "../../code/issues";
import { yamlEditor } from "../../code/setup";
import { t } from "../../i18n/text";

export interface DashboardText {
  attach: (element: HTMLElement | null) => void;
  text: string;
  replace: (text: string) => void;
  /** Leads to a line and column, from 1 on. */
  goTo: (line: number, column: number) => void;
  mark: (issues: readonly Issue[]) => void;
}

/** The code editor of a dashboard. */
export function useDashboardText(initial: string, complete: CompletionSource, onSave: () => void): DashboardText {
  const [text, setText] = useState(initial);
  const latest = useRef({ complete, onSave });
  useEffect(() => {
    latest.current = { complete, onSave };
  });
  const [view] = useState(() => {
    const run = (): boolean => {
      latest.current.onSave();
      return true;
    };
    const extensions = [
      Prec.highest(keymap.of([{ key: "Mod-s", preventDefault: true, run }])),
      // The text keeps the line endings it came with; a document holds lines only.
      EditorState.lineSeparator.of(initial.includes("\r\n") ? "\r\n" : "\n"),
      ...yamlEditor(t("Dashboard source"), (context) => latest.current.complete(context)),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) setText(update.state.sliceDoc());
      }),
    ];
    return new EditorView({ doc: initial, extensions });
  });
  useEffect(() => () => view.destroy(), [view]);
  return {
    attach: useCallback((element) => void element?.append(view.dom), [view]),
    text,
    replace: useCallback(
      (next) => {
        const insert = next.replaceAll("\r\n", "\n");
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
      },
      [view],
    ),
    goTo: useCallback(
      (number, column) => {
        const line = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
        view.dispatch({ selection: { anchor: Math.min(line.to, line.from + column - 1) }, scrollIntoView: true });
        view.focus();
      },
      [view],
    ),
    mark: useCallback(
      (issues) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc.toString(), issues))),
      [view],
    ),
  };
}
