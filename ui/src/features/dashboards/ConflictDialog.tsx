import type { Dashboard } from "../../api/dashboards";
import { Dialog } from "../../components/Dialog";

interface Props {
  theirs: Dashboard;
  onTake: () => void;
  onKeep: () => void;
}

/** Somebody saved between: their text is shown, and which one goes on is chosen. */
export function ConflictDialog({ theirs, onTake, onKeep }: Props) {
  return (
    <Dialog
      isOpen
      onClose={onKeep}
      width={760}
      title={`Revision ${theirs.revision} was saved while you wrote`}
      foot={
        <>
          <span className="small muted">Your text stays in the editor; saving it again replaces theirs.</span>
          <button className="btn push" type="button" onClick={onTake}>
            Take theirs
          </button>
          <button className="btn btn--primary" type="button" onClick={onKeep}>
            Go on with mine
          </button>
        </>
      }
    >
      <div className="dtheirs" tabIndex={0} role="region" aria-label="Their text">
        <pre>{theirs.sourceCode}</pre>
      </div>
    </Dialog>
  );
}
