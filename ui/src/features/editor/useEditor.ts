import { isolateHistory, redo, undo } from "@codemirror/commands";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec, Text, Transaction } from "@codemirror/state";
import { EditorView, hoverTooltip, keymap } from "@codemirror/view";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { flash, flashing } from "../../code/flash";
import type { Tongue } from "../../code/languages";
import { readTongues, yamlEditor } from "../../code/setup";
import { t } from "../../i18n/text";
import type { Reading } from "../../reading/reading";
import type { TextEdit } from "../../source/edits";
import { type Intent, Refused } from "../../source/intents";
import { Patcher } from "../../source/patcher";
import { targetAt } from "../../source/target";
import { type TaskPlace, taskAt } from "../../source/tasks";
import { type Change, changeOf } from "./change";
import type { Knowledge } from "./completion/knowledge";
import type { Fix } from "./fixes";
import { editsOf, mendingOf } from "./mending";
import { type Problem, toDiagnostics } from "./problems";
import { refusalWords } from "./refusal";
import { useReading } from "./useReading";

const FLASH_MS = 900;
const CALM_MS = 60;

export interface Editor {
  /** Puts the code editor into an element; give null to take it away. */
  attach: (element: HTMLElement | null) => void;
  /** The text as it is now. Nothing is drawn for a key: what is drawn follows `calmText`. */
  read: () => string;
  /** The text as it was when typing last paused. */
  calmText: string;
  /** Whether the text is another than the one that is saved. */
  isDirty: boolean;
  /** The same at this very moment, which what is drawn may not show yet. */
  hasChanged: () => boolean;
  markSaved: (text: string) => void;
  tasks: readonly TaskPlace[];
  /** What was last read of the text; it follows each key without being waited for. */
  reading: Reading;
  /** The task that the cursor is in. */
  current: TaskPlace | undefined;
  /** What the last visual edit did to the text. */
  lastChange: Change | null;
  refusal: string | null;
  apply: (intent: Intent) => boolean;
  applyEdits: (edits: readonly TextEdit[]) => void;
  applyFix: (fix: Fix) => void;
  /** Mends all of some problems, which is undone in one step. */
  mend: (problems: readonly Problem[]) => void;
  replaceAll: (text: string) => void;
  /** Puts text where the cursor is. */
  insert: (text: string) => void;
  goTo: (offset: number, focus?: boolean) => void;
  markProblems: (problems: readonly Problem[]) => void;
  undo: () => void;
  redo: () => void;
}

/** What completes and explains: it comes with the first key that asks for it. */
const assistance = () => import("./completion/assistance");

interface Bindings {
  save: () => void;
  run: () => void;
  /** Gives the task at the cursor another name, wherever it is read. */
  rename: () => void;
  /** Mends what is wrong between two offsets, where that is known. */
  mendLine: (from: number, to: number) => void;
}

/** The one text of the page: code, form, graph and blocks all change it, and share its history. */
export function useEditor(
  initial: string,
  saved: string,
  knowledge: Knowledge,
  given: Omit<Bindings, "mendLine">,
): Editor {
  const [calmText, setCalmText] = useState(initial);
  const [isDirty, setDirty] = useState(initial !== saved);
  const [currentKey, setCurrentKey] = useState<string | undefined>(undefined);
  const [lastChange, setLastChange] = useState<Change | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const shownProblems = useRef<readonly Problem[]>([]);
  const mendLine = (from: number, to: number): void => {
    const found = shownProblems.current.find((one) => one.fix && from <= one.from && one.from <= to);
    if (found?.fix) applyFix(found.fix);
  };
  const latest = useRef<Bindings>({ ...given, mendLine });
  latest.current = { ...given, mendLine };
  const places = useRef<readonly TaskPlace[]>([]);
  const cursor = useRef(0);
  const kept = useRef(docOf(saved));
  const view = useView(initial, knowledge, latest, places, {
    onCalm: setCalmText,
    onChange: (doc) => {
      setDirty(!doc.eq(kept.current));
      follow(() => doc.sliceString(0));
    },
    onCursor: (offset) => {
      cursor.current = offset;
      setCurrentKey(keyOf(taskAt(places.current, offset)));
    },
  });
  const { reading, follow } = useReading(initial, knowledge);
  const { tasks } = reading;
  places.current = tasks;
  // Where the cursor is may have been told before the text was read.
  useEffect(() => setCurrentKey(keyOf(taskAt(tasks, cursor.current))), [tasks]);
  const read = useRef(reading);
  read.current = reading;
  const [patcher] = useState(() => new Patcher());
  const current = useMemo(() => tasks.find((place) => keyOf(place) === currentKey), [tasks, currentKey]);
  useTongues(view, calmText);

  const dispatch = useCallback(
    (before: string, edits: readonly TextEdit[], isAlone = false) => {
      setLastChange(changeOf(before, edits));
      setRefusal(null);
      const first = Math.min(...edits.map(({ from }) => from));
      const grown = edits.reduce((size, edit) => size + edit.insert.length, 0);
      view.dispatch({
        changes: edits.map(({ from, to, insert }) => ({ from, to, insert })),
        annotations: [
          Transaction.userEvent.of("input.visual"),
          ...(isAlone ? [isolateHistory.of("full" as const)] : []),
        ],
        effects: [flash.of({ from: first, to: first + grown }), EditorView.scrollIntoView(first, { y: "center" })],
      });
      window.setTimeout(() => view.dispatch({ effects: flash.of(null) }), FLASH_MS);
    },
    [view],
  );
  const change = useCallback(
    (find: (before: string) => readonly TextEdit[], isAlone?: boolean): boolean => {
      const before = normal(view.state.sliceDoc());
      try {
        const edits = find(before);
        if (edits.length > 0) dispatch(before, edits, isAlone);
        return true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        setRefusal(refusalWords(error));
        view.dispatch({ selection: { anchor: Math.min(error.offset, view.state.doc.length) }, scrollIntoView: true });
        return false;
      }
    },
    [view, dispatch],
  );
  const apply = useCallback(
    (intent: Intent) =>
      change((before) => {
        const { text, tasks } = read.current;
        return patcher.patch(before, intent, text === before ? tasks : []).edits;
      }),
    [change, patcher],
  );
  const applyEdits = useCallback(
    (edits: readonly TextEdit[]) => dispatch(normal(view.state.sliceDoc()), edits),
    [view, dispatch],
  );
  const applyFix = useCallback((fix: Fix) => void change((before) => editsOf(before, fix), true), [change]);
  const mend = useCallback(
    (problems: readonly Problem[]) => void change((before) => mendingOf(before, problems), true),
    [change],
  );
  return {
    attach: useCallback((element) => void element?.append(view.dom), [view]),
    read: useCallback(() => view.state.sliceDoc(), [view]),
    calmText,
    isDirty,
    hasChanged: useCallback(() => !view.state.doc.eq(kept.current), [view]),
    markSaved: useCallback(
      (text) => {
        kept.current = docOf(text);
        setDirty(!view.state.doc.eq(kept.current));
      },
      [view],
    ),
    tasks,
    reading,
    current,
    lastChange,
    refusal,
    apply,
    applyEdits,
    applyFix,
    mend,
    replaceAll: useCallback(
      (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: normal(next) } }),
      [view],
    ),
    insert: useCallback(
      (text) => {
        view.dispatch(view.state.replaceSelection(text));
        view.focus();
      },
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
        shownProblems.current = problems;
        const size = view.state.doc.length;
        const inside = toDiagnostics(problems, applyFix).filter(({ to }) => to <= size);
        view.dispatch(setDiagnostics(view.state, inside));
      },
      [view, applyFix],
    ),
    undo: useCallback(() => void undo(view), [view]),
    redo: useCallback(() => void redo(view), [view]),
  };
}

interface Listeners {
  onCalm: (text: string) => void;
  onChange: (doc: Text) => void;
  onCursor: (offset: number) => void;
}

/** The code editor itself, made once. */
function useView(
  initial: string,
  knowledge: Knowledge,
  bindings: { current: Bindings },
  places: { current: readonly TaskPlace[] },
  listeners: Listeners,
): EditorView {
  const heard = useRef(listeners);
  heard.current = listeners;
  const [view] = useState(() => {
    let timer = 0;
    const tasks = (): readonly TaskPlace[] => places.current;
    const extensions = [
      Prec.highest(
        keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => did(bindings.current.save) },
          { key: "Mod-Enter", run: () => did(bindings.current.run) },
          { key: "F2", run: () => did(bindings.current.rename) },
          { key: "Mod-.", run: (view) => mendAt(view, bindings.current) },
          { key: "F12", run: (view) => follow(view, places.current) },
        ]),
      ),
      // The text keeps the line endings it came with; a document holds lines only.
      EditorState.lineSeparator.of(initial.includes("\r\n") ? "\r\n" : "\n"),
      ...yamlEditor(t("Flow source"), async (context) => (await assistance()).completionFor(knowledge, tasks)(context)),
      hoverTooltip(async (shown, pos) => (await assistance()).hoverDocs(knowledge, tasks, shown, pos)),
      flashing,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          heard.current.onChange(update.state.doc);
          window.clearTimeout(timer);
          timer = window.setTimeout(() => heard.current.onCalm(update.view.state.sliceDoc()), CALM_MS);
        }
        if (update.docChanged || update.selectionSet) heard.current.onCursor(update.state.selection.main.head);
      }),
    ];
    return new EditorView({ doc: initial, extensions });
  });
  useEffect(() => () => view.destroy(), [view]);
  return view;
}

function useTongues(view: EditorView, text: string): void {
  const shown = useRef(new Set<Tongue>());
  useEffect(() => void readTongues(view, text, shown.current), [view, text]);
}

/** Goes to what the text at the cursor names. */
function follow(view: EditorView, places: readonly TaskPlace[]): true {
  const { main } = view.state.selection;
  const target = targetAt(normal(view.state.sliceDoc()), main.head, places);
  if (target !== undefined) {
    view.dispatch({ selection: { anchor: target }, effects: EditorView.scrollIntoView(target, { y: "center" }) });
  }
  return true;
}

function mendAt(view: EditorView, { mendLine }: Bindings): true {
  const { from, to } = view.state.doc.lineAt(view.state.selection.main.head);
  mendLine(from, to);
  return true;
}

function did(action: () => void): true {
  action();
  return true;
}

function keyOf(place: TaskPlace | undefined): string | undefined {
  return place?.path.join("\n");
}

function docOf(text: string): Text {
  return Text.of(normal(text).split("\n"));
}

function normal(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
