import { useMemo, useState } from "react";
import { plural, t } from "../../i18n/text";
import { Dialog } from "../Dialog";
import { type Conflict, mergeTexts, resolved } from "./merging";

interface Props {
  conflict: Conflict;
  mine: string;
  onMerge: (text: string) => void;
  onClose: () => void;
}

type Side = "mine" | "theirs";

/** Two people changed one text: brings both changes together and asks only where they meet. */
export function MergeDialog({ conflict, mine, onMerge, onClose }: Props) {
  const parts = useMemo(() => mergeTexts(conflict.base, mine, conflict.theirs), [conflict, mine]);
  const count = parts.filter(({ kind }) => kind === "conflict").length;
  const [sides, setSides] = useState<Side[]>(() => Array.from({ length: count }, () => "mine"));
  const choose = (index: number, side: Side): void => setSides(sides.with(index, side));
  let seen = -1;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width={880}
      title={t("Revision {revision} was saved while you wrote", { revision: conflict.revision })}
      foot={
        <>
          <span className="small muted">
            {count === 0
              ? t("Both changes fit together.")
              : plural(count, {
                  one: "{count} place was changed by both.",
                  other: "{count} places were changed by both.",
                })}
          </span>
          <button className="btn push" type="button" onClick={onClose}>
            {t("Go on writing")}
          </button>
          <button className="btn btn--primary" type="button" onClick={() => onMerge(resolved(parts, sides))}>
            {t("Take the merged text")}
          </button>
        </>
      }
    >
      <div className="diff" style={{ overflow: "auto", padding: "8px 0", minHeight: 160 }}>
        {parts.map((part, index) => {
          if (part.kind === "same") return <Same key={index} lines={part.lines} />;
          seen++;
          const at = seen;
          return (
            <fieldset key={index} className="merge">
              <legend className="sr">{t("Conflict {number}", { number: at + 1 })}</legend>
              {(["mine", "theirs"] as const).map((side) => (
                <label key={side} className={sides[at] === side ? "add merge__side" : "merge__side"}>
                  <span className="check small">
                    <input
                      type="radio"
                      name={`conflict-${at}`}
                      checked={sides[at] === side}
                      onChange={() => choose(at, side)}
                    />
                    {side === "mine" ? t("Yours") : t("Revision {revision}", { revision: conflict.revision })}
                  </span>
                  <pre>{part[side].join("\n") || " "}</pre>
                </label>
              ))}
            </fieldset>
          );
        })}
      </div>
    </Dialog>
  );
}

const SHOWN = 3;

function Same({ lines }: { lines: string[] }) {
  if (lines.length <= 2 * SHOWN + 1) return <pre className="merge__same">{lines.join("\n")}</pre>;
  return (
    <>
      <pre className="merge__same">{lines.slice(0, SHOWN).join("\n")}</pre>
      <p className="skip-l">
        {plural(lines.length - 2 * SHOWN, { one: "{count} line as it is", other: "{count} lines as they are" })}
      </p>
      <pre className="merge__same">{lines.slice(-SHOWN).join("\n")}</pre>
    </>
  );
}
