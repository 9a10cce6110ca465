import { useState } from "react";
import type { Verb } from "../../api/executions";
import { Dialog } from "../../components/Dialog";

interface Props {
  count: number;
  onAct: (verb: Verb | "delete") => void;
  onClear: () => void;
}

const VERBS: [Verb, string][] = [
  ["restart", "Restart"],
  ["replay", "Replay"],
  ["resume", "Resume"],
  ["kill", "Kill"],
];

/** What can be done to the chosen executions. */
export function BulkBar({ count, onAct, onClear }: Props) {
  const [isAsking, setAsking] = useState(false);
  const what = count === 1 ? "1 execution" : `${count} executions`;
  return (
    <div className="bulk" role="region" aria-label="Selection">
      <span className="med num">{what}</span>
      <button className="btn btn--ghost btn--s" type="button" onClick={onClear}>
        Clear
      </button>
      {VERBS.map(([verb, name]) => (
        <button key={verb} className="btn btn--s" type="button" onClick={() => onAct(verb)}>
          {name}
        </button>
      ))}
      <button className="btn btn--s btn--danger" type="button" onClick={() => setAsking(true)}>
        Delete
      </button>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Delete ${what}?`}
        width={440}
        foot={
          <>
            <button className="btn push" type="button" onClick={() => setAsking(false)}>
              Keep them
            </button>
            <button
              className="btn btn--danger"
              type="button"
              onClick={() => {
                setAsking(false);
                onAct("delete");
              }}
            >
              Delete {what}
            </button>
          </>
        }
      >
        <p style={{ padding: "var(--s-4) var(--s-5)" }}>Their logs, metrics and files go too. This cannot be undone.</p>
      </Dialog>
    </div>
  );
}
