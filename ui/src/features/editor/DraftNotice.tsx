import { Icon } from "../../components/Icon";
import { moment } from "../../components/times";
import type { Draft } from "./drafts";

interface Props {
  draft: Draft;
  onRestore: () => void;
  onDrop: () => void;
}

/** Offers the text that was written here and never saved. */
export function DraftNotice({ draft, onRestore, onDrop }: Props) {
  return (
    <div className="bar-lost" role="status">
      <Icon name="history" />
      <span>
        Text of <time dateTime={draft.at}>{moment(draft.at)}</time> was not saved
        {draft.revision > 0 && `, written on revision ${draft.revision}`}.
      </span>
      <button className="btn btn--s" type="button" onClick={onRestore}>
        Take it up again
      </button>
      <button className="btn btn--s btn--ghost" type="button" onClick={onDrop}>
        Leave it
      </button>
    </div>
  );
}
