import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { phrases } from "./phrases";

/** Code is ink: keys are heavier, comments lighter, literals teal; the accent is for expressions alone. */
const ink = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--text)", fontWeight: "500" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--state-created)" },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: "var(--muted)" },
]);

const expression = new MatchDecorator({
  regexp: /\{\{.*?\}\}|\{%.*?%\}/g,
  decoration: Decoration.mark({ class: "x" }),
});

const expressions = ViewPlugin.fromClass(
  class {
    decorations;
    constructor(view: EditorView) {
      this.decorations = expression.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = expression.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--text-2)", backgroundColor: "var(--bg)", font: "var(--type-code)" },
  ".cm-scroller": { font: "var(--type-code)", overflow: "auto" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 16px 0 6px" },
  "&.cm-focused": { outline: "none" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--faint)", border: "0", fontSize: "11.5px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "36px", padding: "0 4px 0 8px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--selected) 60%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)",
  },
  ".cm-foldGutter .cm-gutterElement": { cursor: "pointer", color: "var(--faint)" },
  ".cm-foldPlaceholder": { background: "var(--well)", border: "0", color: "var(--muted)", padding: "0 4px" },
  ".cm-matchingBracket": { background: "var(--well)", outline: "1px solid var(--border-strong)" },
  ".cm-searchMatch": { backgroundColor: "var(--mark)" },
  ".cm-tooltip": {
    background: "var(--raised)",
    border: "0",
    borderRadius: "var(--radius)",
    boxShadow: "var(--shadow)",
    color: "var(--text)",
    font: "var(--type-small)",
    overflow: "hidden",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "260px" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--selected)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal", marginLeft: "12px" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeft: "3px solid var(--border-control)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--state-failed)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--state-warning)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--state-failed) 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--state-warning) 1px",
    textUnderlineOffset: "4px",
  },
  ".cm-lint-marker": { width: "10px", height: "10px" },
  ".cm-panels": { background: "var(--surface)", color: "var(--text)", borderColor: "var(--border)" },
  ".cm-panels input, .cm-panels button": { font: "var(--type-small)" },
  ".cm-textfield": {
    background: "var(--bg)",
    border: "1px solid var(--border-control)",
    borderRadius: "4px",
    color: "var(--text)",
  },
  ".cm-button": {
    background: "var(--bg)",
    border: "1px solid var(--border-strong)",
    borderRadius: "4px",
    color: "var(--text)",
  },
  ".cm-flash": { backgroundColor: "var(--diff-add)" },
});

/** How code looks in both themes, and speaks in the language of the page. */
export const appearance = [look, syntaxHighlighting(ink), expressions, phrases];
