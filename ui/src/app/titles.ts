import { useEffect } from "react";
import { t } from "../i18n/text";
import { BUILD, OPERATE, SECTIONS } from "./sections";

const MOST_OF_ID = 8;

/** What a tab of the browser is called: the thing that is shown, then where it is. */
export function titleOf(path: string): string {
  const [section = "", ...rest] = path.split("/").slice(1).map(decodeURIComponent);
  const place = [...SECTIONS, ...BUILD, ...OPERATE].find(({ to }) => to === `/${section}`)?.name;
  return [...thingOf(section, rest), place ?? OTHERS[section], "Tiercel"].filter(Boolean).join(" · ");
}

const OTHERS: Record<string, string> = { users: t("Users"), profile: t("You") };

function thingOf(section: string, [one, ...more]: string[]): (string | undefined)[] {
  if (one === undefined || one === "") return [];
  switch (section) {
    case "flows":
      return one === "edit" ? [more[1], more[0]] : one === "new" ? [t("New flow")] : [];
    case "executions":
      return [more[0], more[1]?.slice(-MOST_OF_ID), one];
    case "plugins":
      return [one.slice(one.lastIndexOf(".") + 1)];
    default:
      return one === "new" ? [] : [one];
  }
}

/** Names the tab after the page. */
export function useTitle(path: string): void {
  useEffect(() => {
    document.title = titleOf(path);
  }, [path]);
}
