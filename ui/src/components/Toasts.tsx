import { t } from "../i18n/text";
import { Icon } from "./Icon";
import { dismissToast, useToasts } from "./toasts";

/** Where toasts appear. */
export function Toasts() {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {useToasts().map(({ key, text, isError }) => (
        <span key={key} className="toast">
          <span className={`state ${isError ? "failed" : "success"}`}>
            <Icon name={isError ? "s-failed" : "s-success"} />
          </span>
          {text}
          <button
            className="btn btn--ghost btn--s btn--icon"
            type="button"
            aria-label={t("Dismiss")}
            onClick={() => dismissToast(key)}
          >
            <Icon name="close" small />
          </button>
        </span>
      ))}
    </div>
  );
}
