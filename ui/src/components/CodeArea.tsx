import { StreamLanguage } from "@codemirror/language";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { loadTongue, type Tongue } from "../code/languages";
import { yamlEditor } from "../code/setup";

export type Written = Tongue | "yaml" | "text";

interface Props {
  label: string;
  /** Shown at first; a new `key` on the component shows another. */
  text: string;
  written?: Written;
  isReadOnly?: boolean;
  onChange?: (text: string) => void;
  onSave?: () => void;
}

const PLAIN = StreamLanguage.define({
  token: (stream) => {
    stream.skipToEnd();
    return null;
  },
});

/** A text in the code editor, coloured as what it is written in. */
export function CodeArea({ label, text, written = "text", isReadOnly = false, onChange, onSave }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef({ onChange, onSave });
  useEffect(() => {
    latest.current = { onChange, onSave };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor owns its text once it is made
  useEffect(() => {
    if (!place.current) return;
    const reading = new Compartment();
    const language = written === "yaml" ? [] : reading.of(PLAIN);
    const save = (): boolean => {
      latest.current.onSave?.();
      return true;
    };
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          keymap.of([{ key: "Mod-s", run: save }]),
          language,
          yamlEditor(label, () => null),
          EditorState.readOnly.of(isReadOnly),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    let isGone = false;
    if (written !== "yaml" && written !== "text") {
      void loadTongue(written).then((language) => {
        if (!isGone) view.dispatch({ effects: reading.reconfigure(language) });
      });
    }
    return () => {
      isGone = true;
      view.destroy();
    };
  }, []);
  return <div className="codearea" ref={place} />;
}

/** What a file is written in, by its name. */
export function writtenIn(path: string): Written {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const known: Record<string, Written> = {
    py: "python",
    sql: "sql",
    js: "javascript",
    ts: "javascript",
    mjs: "javascript",
    sh: "shell",
    json: "json",
    yml: "yaml",
    yaml: "yaml",
  };
  return known[ending] ?? "text";
}
