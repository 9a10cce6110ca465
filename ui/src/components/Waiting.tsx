import { useEffect, useState } from "react";
import { t } from "../i18n/text";

const PATIENCE_MS = 150;

/** Grey rows where content will be; nothing at all while the wait is too short to notice. */
export function Waiting({ rows = 8 }: { rows?: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div className="page-state" role="status" aria-label={t("Loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className="skeleton" style={{ width: `${35 + ((index * 37) % 55)}%`, marginBottom: 22 }} />
      ))}
    </div>
  );
}
