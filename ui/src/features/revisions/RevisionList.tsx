import type { Revision } from "../../api/revisions";
import { Icon } from "../../components/Icon";
import { moment } from "../../components/times";
import { t } from "../../i18n/text";

interface Props {
  /** The newest first. */
  revisions: Revision[];
  counts: ReadonlyMap<number, { come: number; gone: number }>;
  current: number;
  old: number;
  now: number;
  onChoose: (revision: number) => void;
}

const ICONS: Record<string, string> = { ui: "edit", cli: "terminal", api: "terminal", git: "git", system: "system" };
const WAYS: Record<string, (author: string) => string> = {
  ui: (author) => t("{author}, in the interface", { author }),
  cli: (author) => t("{author}, by command", { author }),
  api: (author) => t("{author}, over the API", { author }),
  git: (author) => t("{author}, from git", { author }),
  system: (author) => t("{author}, by a flow", { author }),
};

/** Every revision with who saved it, how and when; choosing one compares it with the one before it. */
export function RevisionList({ revisions, counts, current, old, now, onChoose }: Props) {
  return (
    <ul className="revs">
      {revisions.map((one) => {
        const count = counts.get(one.revision);
        return (
          <li key={one.revision}>
            <button
              className="rev"
              type="button"
              aria-pressed={one.revision === now}
              onClick={() => onChoose(one.revision)}
            >
              <span className="rev__dot" />
              <span className="row">
                <span className="rev__t num">{t("Revision {revision}", { revision: one.revision })}</span>
                {one.revision === current && <span className="chip">{t("current")}</span>}
                {one.revision === old && <span className="chip">{t("compared")}</span>}
                {count && (
                  <span className="count num">
                    +{count.come} −{count.gone}
                  </span>
                )}
              </span>
              <time className="rev__when" dateTime={one.updated}>
                {moment(one.updated)}
              </time>
              <span className="rev__by">
                <Icon name={ICONS[one.origin ?? ""] ?? "user"} />
                <span className="cut">{byWhom(one)}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function byWhom({ author, origin }: Revision): string {
  const way = origin ? WAYS[origin] : undefined;
  if (way) return way(author ?? t("Somebody"));
  return author ?? t("Not written down");
}
