import { plural, t } from "../../i18n/text";
import type { Change } from "./change";

/** The change that the last edit made to the text, line by line. */
export function Patch({ change }: { change: Change }) {
  const count = Math.max(change.gone.length, change.come.length);
  return (
    <section className="patch" aria-label={t("Change to the text")}>
      <h3 className="row">
        {t("Change to the text")}{" "}
        <span className="count">{plural(count, { one: "{count} line", other: "{count} lines" })}</span>
        <span className="push small muted" style={{ fontWeight: 400 }}>
          {t("line {line}", { line: change.line })}
        </span>
      </h3>
      <div className="diff">
        {change.gone.map((line, index) => (
          <div key={`-${index}`} className="l del">
            <i>−</i>
            <span>{line}</span>
          </div>
        ))}
        {change.come.map((line, index) => (
          <div key={`+${index}`} className="l add">
            <i>+</i>
            <span>{line}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
