/** Folders and files below src whose texts are not in the catalogues yet; it shrinks and never grows. */
export const NOT_CONVERTED: readonly string[] = [
  "app",
  "components",
  "features/dashboards",
  "features/execute",
  "features/execution",
  "features/executions",
  "features/home",
  "features/logs",
  "features/flows/FlowsPage.tsx",
  "features/triggers/TriggersPage.tsx",
  "routes",
  "router.tsx",
  "source",
  "live",
  "api",
];

/** What looks like a text of the interface and is none: names, languages by their own name, keys of the keyboard, units, examples of code. */
export const NO_TEXT: ReadonlySet<string> = new Set([
  "Tiercel",
  "Escape",
  "Enter",
  "Tab",
  "Backspace",
  "Delete",
  "English",
  "Deutsch",
  "true",
  "false",
  "id",
  "⌘S",
]);

/** The same for one file: nodes of a grammar, parts of an example. */
export const NO_TEXT_IN: Readonly<Record<string, readonly string[]>> = {
  "code/languages.ts": ["Pair", "Key", "Literal"],
  "features/plugins/example.ts": ["Hello"],
};
