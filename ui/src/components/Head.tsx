import type { ReactNode } from "react";
import { t } from "../i18n/text";

interface Props {
  title: ReactNode;
  crumbs?: ReactNode[];
  beside?: ReactNode;
  actions?: ReactNode;
  hasTabs?: boolean;
}

/** The header every page shares: where it is, what it is, what can be done. */
export function Head({ title, crumbs = [], beside, actions, hasTabs = false }: Props) {
  return (
    <header className={`head ${hasTabs ? "head--tabs" : ""}`}>
      {crumbs.length > 0 && (
        <nav aria-label={t("Breadcrumb")} style={{ gridColumn: "1 / -1" }}>
          <ol className="crumbs">
            {crumbs.map((crumb, index) => (
              <li key={index}>{crumb}</li>
            ))}
          </ol>
        </nav>
      )}
      <div className="head__title">
        <h1>{title}</h1>
        {beside}
      </div>
      {actions && <div className="head__acts">{actions}</div>}
    </header>
  );
}
