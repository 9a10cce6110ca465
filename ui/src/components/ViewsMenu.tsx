import { Popover } from "radix-ui";
import { type FormEvent, useState } from "react";
import { usePreference } from "../api/preferences";
import type { JsonObject } from "../api/types";
import { t } from "../i18n/text";
import { Icon } from "./Icon";

interface View {
  name: string;
  search: JsonObject;
}

interface Props {
  /** The list the views are of, such as `executions`. */
  list: string;
  search: object;
  onOpen: (search: JsonObject) => void;
}

/** Filters kept under a name on the server, so that they are there in every browser of the user. */
export function ViewsMenu({ list, search, onOpen }: Props) {
  const [views, setViews] = usePreference<View[]>(`${list}.views`, []);
  const [name, setName] = useState("");
  const current = asText(search);
  const open = views.find((view) => asText(view.search) === current);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = name.trim();
    if (!wanted) return;
    const kept = { name: wanted, search: JSON.parse(current) as JsonObject };
    setViews([...views.filter((view) => view.name !== wanted), kept].toSorted((a, b) => a.name.localeCompare(b.name)));
    setName("");
  };
  return (
    <Popover.Root>
      <Popover.Trigger className="btn">
        <Icon name="eye" small />
        {open?.name ?? t("Views")}
        <Icon name="down" small />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu menu--views" align="start" sideOffset={4} aria-label={t("Saved views")}>
          {views.length === 0 && <p className="small muted menu__note">{t("No view is saved yet.")}</p>}
          {views.map((view) => (
            <div key={view.name} className="row">
              <Popover.Close asChild>
                <button
                  className="menu__item"
                  type="button"
                  aria-current={view === open ? "true" : undefined}
                  onClick={() => onOpen(view.search)}
                >
                  {view.name}
                </button>
              </Popover.Close>
              <button
                className="btn btn--ghost btn--s btn--icon"
                type="button"
                aria-label={t("Delete the view {name}", { name: view.name })}
                onClick={() => setViews(views.filter((one) => one !== view))}
              >
                <Icon name="trash" small />
              </button>
            </div>
          ))}
          <hr />
          <form className="menu__form" onSubmit={save}>
            <input
              className="input"
              aria-label={t("Name of the view")}
              placeholder={t("Name of the view")}
              maxLength={60}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <button className="btn" type="submit">
              {t("Save these filters")}
            </button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The filters as a text that is the same whatever order they were set in; the page is no part of a view. */
function asText(search: object): string {
  const entries = Object.entries(search).filter(
    ([key, value]) => value !== undefined && !["page", "after"].includes(key),
  );
  return JSON.stringify(Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b))));
}
