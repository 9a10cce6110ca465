/** What looks like a text of the interface and is none: names, keys of the keyboard, examples, units, words of code. */
export const NO_TEXT: ReadonlySet<string> = new Set([
  ...["Tiercel", "English", "Deutsch", "Python", "CSV", "null", "true", "false", "id"],
  ...["Escape", "Enter", "Tab", "Backspace", "Esc", "⌘K", "⌘S"],
  ...["PT2H30M", "{{ inputs.day }}", "min", "h", "h2"],
  ...["start center", "input, select, textarea", "noreferrer noopener", "import os", "import requests"],
]);

/** The same for one file: nodes of a grammar, parts of an example, names. */
export const NO_TEXT_IN: Readonly<Record<string, readonly string[]>> = {
  "api/executions.ts": ["latest of"],
  "code/languages.ts": ["Pair", "Key", "Literal"],
  "features/plugins/example.ts": ["Hello"],
  // The words of the server, which are English.
  "features/editor/fixes.ts": ["Did you mean"],
  "reading/checks.ts": ["must not be null", "Invalid type: null", "Duplicate", 'Unrecognized field "'],
  "source/intents.ts": ["Refused"],
  "source/tasks.ts": ["Triggers"],
};

/** Where dates and numbers are written, or zones asked for. */
export const FORMATTING: readonly string[] = [
  "components/ago.ts",
  "components/look.ts",
  "components/sizes.ts",
  "components/times.ts",
  "components/wallClock.ts",
  "features/dashboards/charts.ts",
  "i18n/text.ts",
];
