import {
  autocompletion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  type Language,
} from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { appearance } from "./highlight";
import { loadTongue, mixedYaml, type Tongue, tonguesIn } from "./languages";
import { searching } from "./searching";

const reading = new Compartment();
const loaded = new Map<Tongue, Language>();

/** A YAML editor with everything but what it is about. */
export function yamlEditor(label: string, complete: CompletionSource): Extension[] {
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    lintGutter(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    bracketMatching(),
    closeBrackets(),
    searching(),
    autocompletion({ override: [complete], icons: false }),
    reading.of(mixedYaml(new Map())),
    EditorState.allowMultipleSelections.of(true),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    appearance,
  ];
}

/** Loads the languages that the texts of a flow are in, and reads them as such once they are there. */
export async function readTongues(view: EditorView, text: string, shown: Set<Tongue>): Promise<void> {
  const wanted = tonguesIn(text).filter((tongue) => !shown.has(tongue));
  if (wanted.length === 0) return;
  for (const tongue of wanted) shown.add(tongue);
  await Promise.all(
    wanted.map(async (tongue) => {
      if (!loaded.has(tongue)) loaded.set(tongue, await loadTongue(tongue));
    }),
  );
  view.dispatch({ effects: reading.reconfigure(mixedYaml(loaded)) });
}
