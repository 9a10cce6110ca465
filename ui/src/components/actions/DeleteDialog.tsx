import { useState } from "react";
import type { DeleteOptions } from "../../api/actions";
import { t } from "../../i18n/text";
import { Confirm } from "./Confirm";

interface Props {
  title: string;
  verb: string;
  isPending?: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: (options: DeleteOptions) => void;
}

const PARTS: [keyof DeleteOptions, string][] = [
  ["logs", t("their logs")],
  ["metrics", t("their metrics")],
  ["files", t("their files")],
];

/** Asks before executions are deleted, and what goes with them. */
export function DeleteDialog({ onConfirm, ...rest }: Props) {
  const [options, setOptions] = useState<DeleteOptions>({ logs: true, metrics: true, files: true });
  return (
    <Confirm {...rest} keep={t("Keep")} isDanger onConfirm={() => onConfirm(options)}>
      <p>{t("This cannot be undone. What goes too:")}</p>
      {PARTS.map(([part, words]) => (
        <label key={part} className="check">
          <input
            type="checkbox"
            checked={options[part]}
            onChange={(event) => setOptions({ ...options, [part]: event.target.checked })}
          />
          {words}
        </label>
      ))}
    </Confirm>
  );
}
