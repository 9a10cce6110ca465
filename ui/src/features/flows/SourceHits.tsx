import { Link } from "@tanstack/react-router";
import { t } from "../../i18n/text";

export interface Hit {
  namespace: string;
  id: string;
  lines: { line: number; before: string; after?: string }[];
}

interface Props {
  hits: readonly Hit[];
  /** Flows that are left as they are. */
  left: ReadonlySet<string>;
  /** A replacement is being written: each flow can be left out. */
  isChanging: boolean;
  onLeave: (left: ReadonlySet<string>) => void;
}

/** Lines that hold what is looked for, by flow, with what they become. */
export function SourceHits({ hits, left, isChanging, onLeave }: Props) {
  const toggle = (key: string): void => {
    const next = new Set(left);
    if (!next.delete(key)) next.add(key);
    onLeave(next);
  };
  return (
    <div className="scroll hits" tabIndex={0} role="region" aria-label={t("Lines found")}>
      {hits.map(({ namespace, id, lines }) => {
        const key = `${namespace}/${id}`;
        return (
          <section key={key} aria-label={key}>
            <h2 className="row">
              {isChanging && (
                <input
                  type="checkbox"
                  aria-label={t("Replace in {flow}", { flow: key })}
                  checked={!left.has(key)}
                  onChange={() => toggle(key)}
                />
              )}
              <Link className="name" to="/flows/edit/$namespace/$id" params={{ namespace, id }}>
                {id}
              </Link>
              <span className="small muted">{namespace}</span>
            </h2>
            <div className="diff">
              {lines.map(({ line, before, after }, index) => (
                <div key={index}>
                  <Line number={line} text={before} kind={after === undefined ? "" : "del"} />
                  {after !== undefined && <Line number={line} text={after} kind="add" />}
                </div>
              ))}
            </div>
          </section>
        );
      })}
    </div>
  );
}

function Line({ number, text, kind }: { number: number; text: string; kind: "" | "add" | "del" }) {
  return (
    <div className={`hits__line ${kind && `hits__line--${kind}`}`}>
      <span className="num muted">{number}</span>
      <span aria-hidden="true">{kind === "add" ? "+" : kind === "del" ? "−" : ""}</span>
      <code>
        {kind === "del" && <span className="sr">{t("before:")} </span>}
        {kind === "add" && <span className="sr">{t("after:")} </span>}
        {text}
      </code>
    </div>
  );
}
