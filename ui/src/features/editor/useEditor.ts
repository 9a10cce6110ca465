import { redo, undo } from "@codemirror/commands";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec, Transaction } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { flash, flashing } from "../../code/flash";
import { yamlEditor } from "../../code/setup";
import type { Analysis } from "../../source/analysis";
import type { TextEdit } from "../../source/edits";
import { type Intent, Refused } from "../../source/intents";
import { patch } from "../../source/patch";
import { type TaskPlace, taskAt } from "../../source/tasks";
import { completionFor, type Knowledge } from "./completions";
import { type Problem, toDiagnostics } from "./problems";
import { useAnalysis } from "./useAnalysis";
import { usePaused } from "./usePaused";

const FLASH_MS = 900;
const CALM_MS = 80;

export interface Change {
  label: string;
  gone: string[];
  come: string[];
  line: number;
}

export interface Editor {
  /** Puts the code editor into an element; give null to take it away. */
  attach: (element: HTMLElement | null) => void;
  text: string;
  /** The same a little later, for what is slow to show. */
  calmText: string;
  tasks: TaskPlace[];
  /** What the parser stumbled over. */
  errors: Analysis["errors"];
  /** The task that the cursor is in. */
  current: TaskPlace | undefined;
  /** What the last visual edit did to the text. */
  lastChange: Change | null;
  refusal: string | null;
  apply: (intent: Intent, label: string) => boolean;
  applyEdits: (edits: readonly TextEdit[], label: string) => void;
  replaceAll: (text: string) => void;
  goTo: (offset: number, focus?: boolean) => void;
  markProblems: (problems: readonly Problem[]) => void;
  undo: () => void;
  redo: () => void;
}

interface Bindings {
  save: () => void;
  run: () => void;
}

/** The one text of the page: code, form and graph all change it, and share its history. */
export function useEditor(initial: string, knowledge: Knowledge, bindings: Bindings): Editor {
  const [text, setText] = useState(initial);
  const [cursor, setCursor] = useState(0);
  const [lastChange, setLastChange] = useState<Change | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const latest = useRef(bindings);
  latest.current = bindings;
  const places = useRef<readonly TaskPlace[]>([]);
  const [view] = useState(() => {
    const extensions = [
      Prec.highest(
        keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => did(latest.current.save) },
          { key: "Mod-Enter", run: () => did(latest.current.run) },
        ]),
      ),
      // The text keeps the line endings it came with; a document holds lines only.
      EditorState.lineSeparator.of(initial.includes("\r\n") ? "\r\n" : "\n"),
      ...yamlEditor(
        "Flow source",
        completionFor(knowledge, () => places.current),
      ),
      flashing,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) setText(update.state.sliceDoc());
        if (update.docChanged || update.selectionSet) setCursor(update.state.selection.main.head);
      }),
    ];
    return new EditorView({ doc: initial, extensions });
  });
  useEffect(() => () => view.destroy(), [view]);
  const calmText = usePaused(text, CALM_MS);
  const { tasks, errors } = useAnalysis(useMemo(() => normal(calmText), [calmText]));
  places.current = tasks;
  const current = useMemo(() => taskAt(tasks, cursor), [tasks, cursor]);

  const dispatch = useCallback(
    (before: string, edits: readonly TextEdit[], label: string) => {
      setLastChange(changeOf(before, edits, label));
      setRefusal(null);
      const first = Math.min(...edits.map(({ from }) => from));
      const grown = edits.reduce((size, edit) => size + edit.insert.length, 0);
      view.dispatch({
        changes: edits.map(({ from, to, insert }) => ({ from, to, insert })),
        annotations: Transaction.userEvent.of("input.visual"),
        effects: [flash.of({ from: first, to: first + grown }), EditorView.scrollIntoView(first, { y: "center" })],
      });
      window.setTimeout(() => view.dispatch({ effects: flash.of(null) }), FLASH_MS);
    },
    [view],
  );
  const apply = useCallback(
    (intent: Intent, label: string): boolean => {
      const before = normal(view.state.sliceDoc());
      try {
        const { edits } = patch(before, intent);
        if (edits.length > 0) dispatch(before, edits, label);
        return true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        setRefusal(error.message);
        view.dispatch({ selection: { anchor: Math.min(error.offset, view.state.doc.length) }, scrollIntoView: true });
        return false;
      }
    },
    [view, dispatch],
  );
  return {
    attach: useCallback((element) => void element?.append(view.dom), [view]),
    text,
    calmText,
    tasks,
    errors,
    current,
    lastChange,
    refusal,
    apply,
    applyEdits: useCallback((edits, label) => dispatch(normal(view.state.sliceDoc()), edits, label), [view, dispatch]),
    replaceAll: useCallback(
      (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: normal(next) } }),
      [view],
    ),
    goTo: useCallback(
      (offset, focus = true) => {
        const anchor = Math.min(offset, view.state.doc.length);
        view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
        if (focus) view.focus();
      },
      [view],
    ),
    markProblems: useCallback(
      (problems) => {
        const size = view.state.doc.length;
        const within = toDiagnostics(problems).filter(({ from, to }) => from <= size && to <= size);
        view.dispatch(setDiagnostics(view.state, within));
      },
      [view],
    ),
    undo: useCallback(() => void undo(view), [view]),
    redo: useCallback(() => void redo(view), [view]),
  };
}

/** Acts, and tells the editor that its key was taken. */
function did(action: () => void): boolean {
  action();
  return true;
}

/** A document counts each line break as one character, whatever it is written with; so do all offsets here. */
function normal(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function changeOf(before: string, edits: readonly TextEdit[], label: string): Change {
  const first = edits.reduce((least, edit) => Math.min(least, edit.from), before.length);
  const last = edits.reduce((most, edit) => Math.max(most, edit.to), 0);
  const from = before.lastIndexOf("\n", first - 1) + 1;
  const end = before.indexOf("\n", last);
  const to = end < 0 ? before.length : end;
  let after = "";
  let at = from;
  for (const edit of [...edits].sort((one, other) => one.from - other.from)) {
    after += before.slice(at, edit.from) + edit.insert;
    at = edit.to;
  }
  after += before.slice(at, to);
  const gone = before.slice(from, to).split("\n");
  const come = after.split("\n");
  return { label, ...trimmed(gone, come), line: before.slice(0, from).split("\n").length };
}

function trimmed(gone: string[], come: string[]): { gone: string[]; come: string[] } {
  let head = 0;
  while (head < Math.min(gone.length, come.length) && gone[head] === come[head]) head++;
  let tail = 0;
  while (tail < Math.min(gone.length, come.length) - head && gone.at(-1 - tail) === come.at(-1 - tail)) tail++;
  return { gone: gone.slice(head, gone.length - tail), come: come.slice(head, come.length - tail) };
}
