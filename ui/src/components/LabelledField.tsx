import { type ReactNode, useId } from "react";

interface Props {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  children: (id: string, describedBy: string | undefined) => ReactNode;
}

/** One thing to fill in, with its name above it and what is wrong with it below. */
export function LabelledField({ label, help, error, children }: Props) {
  const id = useId();
  const note = error ?? help;
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {children(id, note ? `${id}-note` : undefined)}
      {note && (
        <p id={`${id}-note`} className={error ? "field__error" : "field__help"}>
          {note}
        </p>
      )}
    </div>
  );
}
