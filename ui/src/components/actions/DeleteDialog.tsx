import { useState } from "react";
import type { DeleteOptions } from "../../api/actions";
import { Confirm } from "./Confirm";

interface Props {
  what: string;
  isPending?: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: (options: DeleteOptions) => void;
}

const PARTS: [keyof DeleteOptions, string][] = [
  ["logs", "their logs"],
  ["metrics", "their metrics"],
  ["files", "their files"],
];

/** Asks before executions are deleted, and what goes with them. */
export function DeleteDialog({ what, onConfirm, ...rest }: Props) {
  const [options, setOptions] = useState<DeleteOptions>({ logs: true, metrics: true, files: true });
  return (
    <Confirm
      {...rest}
      title={`Delete ${what}?`}
      verb={`Delete ${what}`}
      keep="Keep"
      isDanger
      onConfirm={() => onConfirm(options)}
    >
      <p>This cannot be undone. What goes too:</p>
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
