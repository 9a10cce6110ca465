import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { ACTIONS, type Action, actionOf, type BulkOptions, type Verb } from "../../api/actions";
import type { StateName } from "../../api/types";
import { Confirm } from "../../components/actions/Confirm";
import { DeleteDialog } from "../../components/actions/DeleteDialog";
import { LabelsDialog } from "../../components/actions/LabelsDialog";
import { StateDialog } from "../../components/actions/StateDialog";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { bulkWords } from "./bulkWords";

interface Props {
  count: number;
  isCapped: boolean;
  /** The states of those chosen, as far as they are known. */
  states: readonly StateName[];
  /** How many the filters find in all; absent when all of them are chosen already or cannot be. */
  all?: number | undefined;
  onAll: () => void;
  onAct: (verb: Verb, options?: BulkOptions) => void;
  onClear: () => void;
}

const SHOWN = new Set<Verb>(["restart", "replay", "resume", "kill"]);
const ASKING = new Set<Verb>(["delete", "state", "labels", "replay", "kill"]);

/** What can be done to the chosen executions. */
export function BulkBar({ count, isCapped, states, all, onAll, onAct, onClear }: Props) {
  const [asked, setAsked] = useState<Verb | null>(null);
  const words = bulkWords(count, isCapped);
  const start = ({ verb }: Action): void => (ASKING.has(verb) ? setAsked(verb) : onAct(verb));
  const confirm = (options?: BulkOptions): void => {
    if (asked) onAct(asked, options);
    setAsked(null);
  };
  const close = (): void => setAsked(null);
  return (
    <div className="bulk" role="region" aria-label={t("Selection")}>
      <span className="med num">{words.chosen}</span>
      {all !== undefined && (
        <button className="link small" type="button" onClick={onAll}>
          {t("Select all {count} found", { count: all })}
        </button>
      )}
      <button className="btn btn--ghost btn--s" type="button" onClick={onClear}>
        {t("Clear")}
      </button>
      {ACTIONS.filter(({ verb }) => SHOWN.has(verb)).map((action) => (
        <button key={action.verb} className="btn btn--s" type="button" onClick={() => start(action)}>
          {action.name}
        </button>
      ))}
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className="btn btn--s btn--icon" aria-label={t("More actions")}>
          <Icon name="more" small />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu menu--over" align="end" sideOffset={6}>
            {ACTIONS.filter(({ verb }) => !SHOWN.has(verb)).map((action) => {
              const reason = commonReason(action, states);
              return (
                <DropdownMenu.Item
                  key={action.verb}
                  className="menu__item"
                  aria-disabled={reason !== null}
                  onSelect={(event) => (reason === null ? start(action) : event.preventDefault())}
                >
                  <Icon name={action.icon} small />
                  <span>
                    {action.name}
                    {reason !== null && <span className="menu__why">{reason}</span>}
                  </span>
                </DropdownMenu.Item>
              );
            })}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {asked === "delete" && (
        <DeleteDialog
          title={words.deleteTitle}
          verb={words.delete}
          onClose={close}
          onConfirm={(remove) => confirm({ remove })}
        />
      )}
      {asked === "state" && (
        <StateDialog
          title={words.state}
          note={t("Nothing runs because of it.")}
          onClose={close}
          onConfirm={(state) => confirm({ state })}
        />
      )}
      {asked === "labels" && (
        <LabelsDialog
          title={words.labels}
          labels={[]}
          note={t("They take the place of the labels there are.")}
          onClose={close}
          onConfirm={(labels) => confirm({ labels })}
        />
      )}
      {asked === "replay" && (
        <ReplayMany title={words.replay} onClose={close} onConfirm={(isLatest) => confirm({ isLatest })} />
      )}
      {asked === "kill" && (
        <Confirm
          title={words.killTitle}
          verb={words.kill}
          keep={t("Let them run")}
          isDanger
          onClose={close}
          onConfirm={() => confirm()}
        >
          <p>{t("What runs in them is stopped, and so are the executions they wait for.")}</p>
        </Confirm>
      )}
    </div>
  );
}

function ReplayMany({
  title,
  onClose,
  onConfirm,
}: {
  title: string;
  onClose: () => void;
  onConfirm: (isLatest: boolean) => void;
}) {
  const [isLatest, setLatest] = useState(false);
  return (
    <Confirm title={title} verb={title} onClose={onClose} onConfirm={() => onConfirm(isLatest)}>
      <p>{t("Each runs again as a new execution with the inputs it had.")}</p>
      <label className="check">
        <input type="checkbox" checked={isLatest} onChange={(event) => setLatest(event.target.checked)} />
        {t("With the newest revision of the flow")}
      </label>
    </Confirm>
  );
}

/** Why an action is possible with none of the states; null when it is with some, or they are not known. */
function commonReason({ verb }: Action, states: readonly StateName[]): string | null {
  const reasons = states.map(actionOf(verb).reason);
  return reasons.length > 0 && reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
}
