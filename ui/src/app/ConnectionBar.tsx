import { useEffect, useState } from "react";
import { retryStream, useStanding } from "../api/stream";
import { Icon } from "../components/Icon";
import { useNow } from "../components/useNow";
import { t } from "../i18n/text";

/** A connection that is there again this soon is not worth a word. */
const CALM_MS = 700;

/** Says that what is shown may be old, for as long as nothing is heard from the server. */
export function ConnectionBar() {
  const { isLost, retryAt } = useStanding();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isLost) {
      setShown(false);
      return;
    }
    const timer = window.setTimeout(() => setShown(true), CALM_MS);
    return () => window.clearTimeout(timer);
  }, [isLost]);
  const now = useNow(isShown, 1_000);
  const seconds = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1_000);
  return (
    <div role="status">
      {isShown && (
        <div className="bar-lost">
          <Icon name="unplug" />
          <span>{t("The connection is lost; what is shown may be old.")}</span>
          {/* Counted for the eyes only: read out, it would say something new each second. */}
          <span className="muted num" aria-hidden="true">
            {seconds > 0 ? t("Next try in {seconds} s.", { seconds }) : t("Trying now.")}
          </span>
          <button className="btn btn--ghost btn--s" type="button" onClick={retryStream}>
            {t("Try now")}
          </button>
        </div>
      )}
    </div>
  );
}
