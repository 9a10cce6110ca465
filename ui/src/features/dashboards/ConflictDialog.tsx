import type { Dashboard } from "../../api/dashboards";
import { Dialog } from "../../components/Dialog";
import { t } from "../../i18n/text";

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
      title={t("Revision {revision} was saved while you wrote", { revision: theirs.revision })}
      foot={
        <>
          <span className="small muted">{t("Your text stays in the editor; saving it again replaces theirs.")}</span>
          <button className="btn push" type="button" onClick={onTake}>
            {t("Take theirs")}
          </button>
          <button className="btn btn--primary" type="button" onClick={onKeep}>
            {t("Go on with mine")}
          </button>
        </>
      }
    >
      <div className="dtheirs" tabIndex={0} role="region" aria-label={t("Their text")}>
        <pre>{theirs.sourceCode}</pre>
      </div>
    </Dialog>
  );
}
