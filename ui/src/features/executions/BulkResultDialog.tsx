import type { BulkResult } from "../../api/actions";
import { Dialog } from "../../components/Dialog";
import { plural, t } from "../../i18n/text";

const SHOWN = 200;

interface Props {
  verb: string;
  result: BulkResult;
  onClose: () => void;
}

/** What became of an action on many: how many it was done to, and each that refused with its reason. */
export function BulkResultDialog({ verb, result: { done, refused }, onClose }: Props) {
  const heading =
    done === 0
      ? t("{action}: none was done", { action: verb })
      : t("{action}: {done} done, {refused} refused", { action: verb, done, refused: refused.length });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={heading}
      width={720}
      foot={
        <button className="btn push" type="button" onClick={onClose}>
          {t("Close")}
        </button>
      }
    >
      <div className="scroll" tabIndex={0} role="region" aria-label={t("Refused")}>
        <table className="table table--wrap">
          <thead>
            <tr>
              <th scope="col" style={{ width: 220 }}>
                {t("Execution")}
              </th>
              <th scope="col">{t("Why not")}</th>
            </tr>
          </thead>
          <tbody>
            {refused.slice(0, SHOWN).map(({ id, why }) => (
              <tr key={id}>
                <td>
                  <code className="mono-s">{id}</code>
                </td>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {refused.length > SHOWN && (
          <p className="muted page-state">
            {plural(refused.length - SHOWN, { one: "{count} more was refused.", other: "{count} more were refused." })}
          </p>
        )}
      </div>
    </Dialog>
  );
}
