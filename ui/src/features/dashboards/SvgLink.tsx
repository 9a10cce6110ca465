import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactNode } from "react";
import type { Where } from "./drill";

/** A part of a drawing that leads to the executions it stands for; plain when no list shows just these. */
export function SvgLink({ where, label, children }: { where: Where; label: string; children: ReactNode }) {
  const router = useRouter();
  if (!where) return <g>{children}</g>;
  const target = { to: "/executions", search: { where } } as const;
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void router.navigate(target);
  };
  return (
    <a href={router.buildLocation(target).href} aria-label={label} onClick={follow}>
      {children}
    </a>
  );
}
