import { areLettersOff } from "./look";

const FIELDS =
  "input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu], .cm-editor";

/** Whether a key alone means something now: outside of fields and layers, unless the user has turned such keys off. */
export function isLetterKey(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented || areLettersOff()) return false;
  return !(event.target instanceof Element && event.target.closest(FIELDS));
}
