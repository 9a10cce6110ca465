import { Popover } from "radix-ui";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { COLUMNS, columnsOf, USUAL } from "./columns";

interface Props {
  names: readonly string[];
  onChange: (names: readonly string[]) => void;
}

/** Which columns there are, and in which order. */
export function ColumnsMenu({ names, onChange }: Props) {
  const shown = columnsOf(names).map(({ id }) => id);
  const others = COLUMNS.filter(({ id }) => !shown.includes(id)).map(({ id }) => id);
  const move = (at: number, by: number): void => {
    const next = [...shown];
    const [one] = next.splice(at, 1);
    if (one !== undefined) next.splice(at + by, 0, one);
    onChange(next);
  };
  const nameOf = (id: string): string => COLUMNS.find((one) => one.id === id)?.name ?? id;
  return (
    <Popover.Root>
      <Popover.Trigger className="btn" aria-label={t("Columns")}>
        <Icon name="columns" small />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu menu--columns" align="end" sideOffset={4} aria-label={t("Columns")}>
          {[...shown, ...others].map((id) => {
            const at = shown.indexOf(id);
            const isOn = at >= 0;
            return (
              <div key={id} className="menu__item">
                <label className="check" style={{ flex: 1 }}>
                  <input
                    type="checkbox"
                    checked={isOn}
                    disabled={isOn && shown.length === 1}
                    onChange={() => onChange(isOn ? shown.filter((one) => one !== id) : [...shown, id])}
                  />
                  {nameOf(id)}
                </label>
                {isOn && (
                  <>
                    <Move
                      name={t("Move {column} to the left", { column: nameOf(id) })}
                      icon="up"
                      isOff={at === 0}
                      onClick={() => move(at, -1)}
                    />
                    <Move
                      name={t("Move {column} to the right", { column: nameOf(id) })}
                      icon="down"
                      isOff={at === shown.length - 1}
                      onClick={() => move(at, 1)}
                    />
                  </>
                )}
              </div>
            );
          })}
          <hr />
          <button className="menu__item" type="button" onClick={() => onChange(USUAL)}>
            {t("The usual columns")}
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Move({ name, icon, isOff, onClick }: { name: string; icon: string; isOff: boolean; onClick: () => void }) {
  return (
    <button
      className="btn btn--ghost btn--s btn--icon"
      type="button"
      aria-label={name}
      disabled={isOff}
      onClick={onClick}
    >
      <Icon name={icon} small />
    </button>
  );
}
