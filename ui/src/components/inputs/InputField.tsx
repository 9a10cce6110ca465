import type { FlowInput } from "../../api/types";
import { Icon } from "../Icon";
import { InputWidget } from "./InputWidget";
import type { Value } from "./values";

interface Props {
  input: FlowInput;
  value: Value | undefined;
  errors: readonly string[];
  onChange: (value: Value) => void;
}

/** One input of a flow with its name, what it is for, and what is wrong with its value. */
export function InputField({ input, value, errors, onChange }: Props) {
  const id = `input-${input.id}`;
  const isGroup = ["MULTISELECT", "BOOLEAN", "BOOL"].includes(input.type);
  const isNeeded = input.required !== false && input.defaults === undefined;
  const name = (
    <>
      {input.displayName ?? input.id}
      {isNeeded && (
        <span className="field__req" aria-hidden="true">
          {" "}
          *
        </span>
      )}
    </>
  );
  return (
    <div className="field" role={isGroup ? "group" : undefined} aria-label={isGroup ? input.id : undefined}>
      <div className="field__top">
        {isGroup ? <span className="field__label">{name}</span> : <label htmlFor={id}>{name}</label>}
        <span className="field__key">{input.displayName && input.id}</span>
        <span className="field__key push">{input.type}</span>
      </div>
      <InputWidget id={id} input={input} value={value} isInvalid={errors.length > 0} onChange={onChange} />
      {errors.map((error) => (
        <p key={error} className="field__error" id={`${id}-error`}>
          <Icon name="s-failed" />
          {error}
        </p>
      ))}
      {input.description && <p className="field__help">{input.description}</p>}
    </div>
  );
}
