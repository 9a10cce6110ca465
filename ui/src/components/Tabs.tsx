import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { number } from "../i18n/text";
import { showCurrent } from "./showCurrent";

interface Props {
  label: string;
  tabs: { id: string; name: string; count?: number | undefined }[];
}

/** The parts of a page; which one is seen stands in the address as `tab`. */
export function Tabs({ label, tabs }: Props): ReactNode {
  return (
    <nav className="tabs" aria-label={label} ref={showCurrent}>
      {tabs.map(({ id, name, count }, index) => (
        <Link
          key={id}
          className="tab"
          to="."
          search={((old: object) => ({ ...old, tab: index === 0 ? undefined : id })) as never}
          activeOptions={{ exact: true, includeSearch: true }}
        >
          {name}
          {count !== undefined && <span className="count">{number(count)}</span>}
        </Link>
      ))}
    </nav>
  );
}
