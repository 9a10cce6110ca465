import { chord } from "../components/chord";
import { Dialog } from "../components/Dialog";
import { t } from "../i18n/text";

const KEYS: [string, string][] = [
  ["⌘K", t("Jump to a page or flow")],
  ["/", t("Go to the filter of the list")],
  ["j  k  x  r", t("In lists: next and previous row, tick it, read anew")],
  ["t  l  d  n  N", t("Of an execution: timeline, logs, data, next and previous failure")],
  ["e  v", t("Of a flow: edit, revisions")],
  [t("g then h f e l t n"), t("Home, flows, executions, logs, triggers, namespaces")],
  ["⌘.", t("Change the theme")],
  ["⌘S", t("Save, in the editor")],
  ["⌘↵", t("Run the flow; start, in the dialog")],
  ["⌘Z  ⇧⌘Z", t("Undo and redo, for code, form and graph alike")],
  [t("⌘. in the code"), t("Mend what is wrong in the line")],
  ["F8", t("Next problem, in the editor")],
  ["F12", t("Go to what is named, in the editor")],
  ["F2", t("Rename the task at the cursor, in the editor")],
  ["Esc", t("Close what is on top")],
];

/** What each key does. */
export function Keys({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t("Keys")}>
      <dl className="dl" style={{ padding: "var(--s-4) var(--s-5)", gridTemplateColumns: "168px 1fr" }}>
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} style={{ display: "contents" }}>
            <dt>
              <kbd className="kbd">{chord(keys)}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
