import { lazy, Suspense } from "react";
import type { FlowInput } from "../../api/types";
import { Icon } from "../Icon";
import { complaintOf } from "./complaints";
import { InputWidget } from "./InputWidget";
import type { Value } from "./values";

const Markdown = lazy(async () => ({ default: (await import("../Markdown")).Markdown }));
/** What text has that is meant as Markdown; plain words are not kept waiting for what reads it. */
const MARKS = /[*_`#|[\n]/;

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
          {complaintOf(error)}
        </p>
      ))}
      {input.description && <Description text={input.description} />}
    </div>
  );
}

function Description({ text }: { text: string }) {
  const plain = <p className="field__help">{text}</p>;
  if (!MARKS.test(text)) return plain;
  return (
    <Suspense fallback={plain}>
      <div className="field__help">
        <Markdown text={text} />
      </div>
    </Suspense>
  );
}
