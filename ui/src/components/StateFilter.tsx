import { Popover } from "radix-ui";
import type { StateName } from "../api/types";
import { plural, t } from "../i18n/text";
import { Icon } from "./Icon";
import { StateMark } from "./StateMark";

const OFFERED: StateName[] = [
  "RUNNING",
  "FAILED",
  "SUCCESS",
  "WARNING",
  "PAUSED",
  "QUEUED",
  "CREATED",
  "RETRYING",
  "KILLED",
  "CANCELLED",
];

interface Props {
  value: readonly string[];
  onChange: (states: string[]) => void;
}

/** Any number of states. */
export function StateFilter({ value, onChange }: Props) {
  return (
    <Popover.Root>
      <Popover.Trigger className="btn">
        {value.length === 0 ? t("Any state") : plural(value.length, { one: "{count} state", other: "{count} states" })}
        <Icon name="down" small />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu"
          align="end"
          sideOffset={4}
          style={{ zIndex: "var(--z-palette)" }}
          aria-label={t("States")}
        >
          {OFFERED.map((state) => (
            <label key={state} className="menu__item check">
              <input
                type="checkbox"
                checked={value.includes(state)}
                onChange={(event) =>
                  onChange(event.target.checked ? [...value, state] : value.filter((other) => other !== state))
                }
              />
              <StateMark state={state} />
            </label>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
