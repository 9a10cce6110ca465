import type { ReactNode } from "react";
import { Icon } from "./Icon";

interface Props {
  icon: string;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

/** Says that there is nothing, why, and what to do next. */
export function Empty({ icon, title, children, actions }: Props) {
  return (
    <div className="page-state">
      <div className="empty">
        <Icon name={icon} />
        <h2>{title}</h2>
        <p>{children}</p>
        {actions && <div className="row">{actions}</div>}
      </div>
    </div>
  );
}
