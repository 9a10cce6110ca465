import { useState } from "react";
import { SETTABLE } from "../../api/actions";
import type { StateName } from "../../api/types";
import { t } from "../../i18n/text";
import { StateMark } from "../StateMark";
import { Confirm } from "./Confirm";

interface Props {
  title: string;
  current?: StateName | undefined;
  /** What a change leads to, in a sentence. */
  note: string;
  isPending?: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: (state: StateName) => void;
}

/** Sets a state by hand. */
export function StateDialog({ current, note, onConfirm, ...rest }: Props) {
  const offered = SETTABLE.filter((state) => state !== current);
  const [state, setState] = useState<StateName>(offered[0] ?? "SUCCESS");
  return (
    <Confirm {...rest} verb={t("Change the state")} onConfirm={() => onConfirm(state)}>
      <p className="muted">{note}</p>
      <fieldset className="choices">
        <legend className="sr">{t("New state")}</legend>
        {offered.map((one) => (
          <label key={one} className="check">
            <input type="radio" name="state" checked={one === state} onChange={() => setState(one)} />
            <StateMark state={one} />
          </label>
        ))}
      </fieldset>
    </Confirm>
  );
}
