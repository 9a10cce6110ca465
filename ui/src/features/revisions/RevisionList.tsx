import type { Revision } from "../../api/revisions";
import { Icon } from "../../components/Icon";
import { moment } from "../../components/times";

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
const WAYS: Record<string, string> = {
  ui: "in the interface",
  cli: "by command",
  api: "over the API",
  git: "from git",
  system: "by a flow",
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
                <span className="rev__t num">Revision {one.revision}</span>
                {one.revision === current && <span className="chip">current</span>}
                {one.revision === old && <span className="chip">compared</span>}
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
  if (author && way) return `${author}, ${way}`;
  return author ?? (way ? `Somebody, ${way}` : "Not written down");
}
