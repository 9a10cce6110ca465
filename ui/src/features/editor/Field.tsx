import { useEffect, useId, useRef, useState } from "react";
import { stringify } from "yaml";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { parseData, parseSource } from "../../source/document";
import type { Data } from "../../source/intents";
import { type FieldPlan, isExpression, kindOf, labelOf } from "./fields";

/** Longer texts are written over several lines. */
const LONG = 60;

interface Props {
  plan: FieldPlan;
  value: Data | undefined;
  onChange: (value: Data) => void;
  onRemove: () => void;
}

/** One property of a task: a widget for its kind, or the expression it is given instead. */
export function Field({ plan, value, onChange, onRemove }: Props) {
  const id = useId();
  const [isOpenAsExpression, setOpen] = useState(false);
  const { schema, name, isRequired, isSet } = plan;
  const kind = isOpenAsExpression ? "text" : kindOf(schema, value);
  const canSwitch = kindOf(schema, undefined) !== "text" && kindOf(schema, undefined) !== "yaml";
  const isAsExpression = isOpenAsExpression || isExpression(value);
  return (
    <div className="field">
      <div className="field__top">
        <label htmlFor={id}>
          {labelOf(name)}
          {isRequired && (
            <span className="field__req" aria-hidden="true">
              {" "}
              *
            </span>
          )}
        </label>
        <span className="field__key">{name}</span>
        {canSwitch && (
          <span className="field__mode" role="group" aria-label={t("{name}: value or expression", { name })}>
            <button type="button" aria-pressed={!isAsExpression} onClick={() => setOpen(false)}>
              {t("Value")}
            </button>
            <button
              type="button"
              aria-pressed={isAsExpression}
              aria-label={t("Expression")}
              onClick={() => setOpen(true)}
            >
              {"{{ }}"}
            </button>
          </span>
        )}
        {isSet && !isRequired && (
          <button
            className={`btn btn--ghost btn--s btn--icon ${canSwitch ? "" : "push"}`}
            type="button"
            aria-label={t("Remove {name}", { name })}
            onClick={onRemove}
          >
            <Icon name="close" small />
          </button>
        )}
      </div>
      {kind === "switch" ? (
        <label className="switch">
          <input
            id={id}
            type="checkbox"
            role="switch"
            checked={value === true}
            onChange={(event) => onChange(event.target.checked)}
          />
          {value === true ? t("Yes") : t("No")}
        </label>
      ) : kind === "choice" ? (
        <select
          id={id}
          className="select"
          value={String(value ?? "")}
          onChange={(event) => onChange(chosen(plan, event.target.value))}
        >
          {value === undefined && <option value="" />}
          {schema.enum?.map((one) => (
            <option key={String(one)}>{String(one)}</option>
          ))}
        </select>
      ) : (
        <Written id={id} kind={kind} value={value} isRequired={isRequired} onChange={onChange} />
      )}
      {schema.description && <p className="field__help">{schema.description}</p>}
    </div>
  );
}

interface WrittenProps {
  id: string;
  kind: "text" | "number" | "yaml";
  value: Data | undefined;
  isRequired: boolean;
  onChange: (value: Data) => void;
}

/** A value that is typed; what cannot be read yet stays in the field and is not given on. */
function Written({ id, kind, value, isRequired, onChange }: WrittenProps) {
  const [text, setText] = useState(() => print(kind, value));
  // Another element would take the focus away, so while it is written in it stays the one it is.
  const [isLong, setLong] = useState(() => isLongText(kind, text));
  const given = useRef([JSON.stringify(value)]);
  useEffect(() => {
    // A change from elsewhere replaces what is written here; the echo of our own does not, and may come some keys later.
    const key = JSON.stringify(value);
    const echo = given.current.indexOf(key);
    given.current = echo < 0 ? [key] : given.current.slice(echo);
    if (echo >= 0) return;
    const printed = print(kind, value);
    setText(printed);
    if (document.activeElement?.id !== id) setLong(isLongText(kind, printed));
  }, [id, kind, value]);
  const read = readText(kind, text);
  const error = "error" in read ? read.error : isRequired && text === "" ? t("This is needed") : null;
  const change = (next: string): void => {
    setText(next);
    const found = readText(kind, next);
    if ("error" in found) return;
    given.current.push(JSON.stringify(found.value));
    onChange(found.value);
  };
  const shared = {
    id,
    value: text,
    spellCheck: false,
    onBlur: () => setLong(isLongText(kind, text)),
    "aria-invalid": error !== null,
    "aria-describedby": error ? `${id}-error` : undefined,
  };
  return (
    <>
      {isLong ? (
        <textarea
          {...shared}
          className="textarea input--mono"
          rows={Math.min(12, Math.max(2, text.split("\n").length))}
          onChange={(event) => change(event.target.value)}
        />
      ) : (
        <input
          {...shared}
          className="input input--mono"
          inputMode={kind === "number" ? "decimal" : "text"}
          onChange={(event) => change(event.target.value)}
        />
      )}
      {error && (
        <p className="field__error" id={`${id}-error`}>
          <Icon name="s-failed" />
          {error}
        </p>
      )}
    </>
  );
}

function isLongText(kind: WrittenProps["kind"], text: string): boolean {
  return kind === "yaml" || text.includes("\n") || text.length > LONG;
}

function print(kind: WrittenProps["kind"], value: Data | undefined): string {
  if (value === undefined || value === null) return "";
  return kind === "yaml" && typeof value === "object" ? stringify(value).trimEnd() : String(value);
}

function readText(kind: WrittenProps["kind"], text: string): { value: Data } | { error: string } {
  if (kind === "text") return { value: text };
  if (kind === "number") {
    if (isExpression(text)) return { value: text };
    const number = Number(text);
    return text.trim() !== "" && Number.isFinite(number)
      ? { value: number }
      : { error: t("Write a number or an expression") };
  }
  const problem = parseSource(text).errors[0];
  if (problem) return { error: problem.message };
  return { value: parseData(text) ?? null };
}

function chosen(plan: FieldPlan, text: string): Data {
  return (plan.schema.enum?.find((one) => String(one) === text) ?? text) as Data;
}
