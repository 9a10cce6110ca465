import type { TriedTask } from "../../../api/schema";
import { Icon } from "../../../components/Icon";
import { JsonTree } from "../../../components/JsonTree";
import { sizeOf } from "../../../components/sizes";
import { lookOf } from "../../../components/states";
import { length } from "../../../components/times";
import { t } from "../../../i18n/text";
import { TrialLines } from "./TrialLines";

/** What came of a task that was tried: how it ended, what it gave, wrote and left behind. */
export function TrialResult({ tried }: { tried: TriedTask }) {
  const look = lookOf(tried.state);
  return (
    <section aria-label={t("What came of it")} aria-live="polite">
      <p className="row">
        <span className={`state state--s ${look.className}`}>
          <Icon name={look.glyph} />
          {look.word}, {length(tried.tookMillis)}
        </span>
      </p>
      {tried.error && <p className="field__error">{tried.error}</p>}
      {Object.keys(tried.outputs).length > 0 && (
        <>
          <h3 className="section">{t("Outputs")}</h3>
          <JsonTree value={tried.outputs} />
        </>
      )}
      <TrialLines lines={tried.logs} />
      {tried.files.map((file) => (
        <div key={file.uri}>
          <h3 className="section">
            {t("File {name}, {size}", { name: file.uri.split("/").at(-1) ?? "", size: sizeOf(file.size) })}
          </h3>
          {file.text !== null && (
            <pre className="code-block" tabIndex={0} aria-label={t("Beginning of the file")}>
              {file.text}
            </pre>
          )}
        </div>
      ))}
    </section>
  );
}
