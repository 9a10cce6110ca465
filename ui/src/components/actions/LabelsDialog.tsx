import { useState } from "react";
import type { Label } from "../../api/types";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";
import { Confirm } from "./Confirm";

interface Props {
  title: string;
  labels: readonly Label[];
  note?: string;
  isPending?: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: (labels: Label[]) => void;
}

/** Sets the labels anew. */
export function LabelsDialog({ labels, note, onConfirm, ...rest }: Props) {
  const [rows, setRows] = useState<Label[]>(() => (labels.length > 0 ? [...labels] : [{ key: "", value: "" }]));
  const change = (at: number, part: Partial<Label>): void =>
    setRows(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const filled = rows.filter(({ key, value }) => key.trim() && value.trim());
  return (
    <Confirm {...rest} verb={t("Set the labels")} width={520} onConfirm={() => onConfirm(filled)}>
      {note && <p className="muted">{note}</p>}
      {rows.map((row, index) => (
        <div key={index} className="pair">
          <input
            className="input input--mono"
            aria-label={t("Key of label {number}", { number: index + 1 })}
            placeholder={t("key")}
            spellCheck={false}
            value={row.key}
            onChange={(event) => change(index, { key: event.target.value })}
          />
          <input
            className="input input--mono"
            aria-label={t("Value of label {number}", { number: index + 1 })}
            placeholder={t("value")}
            spellCheck={false}
            value={row.value}
            onChange={(event) => change(index, { value: event.target.value })}
          />
          <button
            className="btn btn--ghost btn--icon"
            type="button"
            aria-label={t("Remove label {number}", { number: index + 1 })}
            onClick={() => setRows(rows.filter((_, other) => other !== index))}
          >
            <Icon name="close" small />
          </button>
        </div>
      ))}
      <button
        className="btn btn--s"
        type="button"
        style={{ justifySelf: "start" }}
        onClick={() => setRows([...rows, { key: "", value: "" }])}
      >
        <Icon name="plus" small />
        {t("Add a label")}
      </button>
    </Confirm>
  );
}
