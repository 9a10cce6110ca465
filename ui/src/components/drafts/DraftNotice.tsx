import { rich } from "../../i18n/rich";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";
import { moment } from "../times";
import type { Draft } from "./drafts";

interface Props {
  draft: Draft;
  onRestore: () => void;
  onDrop: () => void;
}

/** Offers the text that was written here and never saved. */
export function DraftNotice({ draft, onRestore, onDrop }: Props) {
  const time = <time dateTime={draft.at}>{moment(draft.at)}</time>;
  return (
    <div className="bar-lost" role="status">
      <Icon name="history" />
      <span>
        {draft.revision > 0
          ? rich("Text of {time} was not saved, written on revision {revision}.", { time, revision: draft.revision })
          : rich("Text of {time} was not saved.", { time })}
      </span>
      <button className="btn btn--s" type="button" onClick={onRestore}>
        {t("Take it up again")}
      </button>
      <button className="btn btn--s btn--ghost" type="button" onClick={onDrop}>
        {t("Leave it")}
      </button>
    </div>
  );
}
