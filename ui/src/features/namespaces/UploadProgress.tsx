import { sizeOf } from "../../components/sizes";
import { plural, t } from "../../i18n/text";
import type { Sending } from "./useUploads";

/** How far files are sent, with a way to stop. */
export function UploadProgress({ sending, onStop }: { sending: Sending; onStop: () => void }) {
  const { path, number, count, sent, size } = sending;
  return (
    <div className="nfiles__note nfiles__up" role="status">
      <p className="small cut">
        {plural(count, { one: "Storing {path}", other: "Storing {path}, {number} of {count} files" }, { path, number })}
      </p>
      <span className="row">
        <progress className="grow" max={Math.max(1, size)} value={sent} aria-label={t("Sent")} />
        <span className="small muted num nowrap">
          {t("{sent} of {size}", { sent: sizeOf(sent), size: sizeOf(size) })}
        </span>
        <button className="btn btn--s" type="button" onClick={onStop}>
          {t("Stop")}
        </button>
      </span>
    </div>
  );
}
