import type { News } from "../api/useNews";
import { rich } from "../i18n/rich";
import { t } from "../i18n/text";
import { ago } from "./ago";
import { Icon } from "./Icon";
import { useNow } from "./useNow";

interface Props {
  news: News;
  /** Whether there is text of one's own that theirs has to be brought together with. */
  isDirty: boolean;
  onTake: () => void;
}

const EVERY_MS = 15_000;

/** Somebody else saved what is open here, told the moment it happens. */
export function SavedElsewhere({ news, isDirty, onTake }: Props) {
  const now = useNow(true, EVERY_MS);
  const { revision } = news;
  const time = <time dateTime={new Date(news.at).toISOString()}>{ago(news.at, now)}</time>;
  const author = <b className="med">{news.author}</b>;
  return (
    <div className="bar-lost" role="status">
      <Icon name="user" />
      <span>
        {news.author
          ? rich("{author} saved revision {revision} {time}.", { author, revision, time })
          : rich("Revision {revision} was saved elsewhere {time}.", { revision, time })}
      </span>
      <button className="btn btn--s" type="button" onClick={onTake}>
        {isDirty ? t("Bring both together") : t("Show it")}
      </button>
    </div>
  );
}
