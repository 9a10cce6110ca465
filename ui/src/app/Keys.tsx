import { Dialog } from "../components/Dialog";

const KEYS: [string, string][] = [
  ["⌘K", "Jump to a page or flow"],
  ["/", "Go to the filter of the list"],
  ["g then h f e l t n", "Home, flows, executions, logs, triggers, namespaces"],
  ["⌘.", "Change the theme"],
  ["⌘S", "Save, in the editor"],
  ["⌘↵", "Run the flow; start, in the dialog"],
  ["⌘Z  ⇧⌘Z", "Undo and redo, for code, form and graph alike"],
  ["F8", "Next problem, in the editor"],
  ["Esc", "Close what is on top"],
];

/** What each key does. */
export function Keys({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keys">
      <dl className="dl" style={{ padding: "var(--s-4) var(--s-5)", gridTemplateColumns: "168px 1fr" }}>
        {KEYS.map(([keys, meaning]) => (
          <div key={keys} style={{ display: "contents" }}>
            <dt>
              <kbd className="kbd">{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
