import type { FlowInput } from "../../api/types";
import { t } from "../../i18n/text";
import { DurationWidget } from "./DurationWidget";
import { FileWidget } from "./FileWidget";
import { choicesOf, type Value } from "./values";

interface Props {
  id: string;
  input: FlowInput;
  value: Value | undefined;
  isInvalid: boolean;
  onChange: (value: Value) => void;
}

const NATIVE: Record<string, string> = {
  SECRET: "password",
  EMAIL: "email",
  URI: "url",
  DATE: "date",
  TIME: "time",
  DATETIME: "datetime-local",
};

/** The right control for the type of an input. */
export function InputWidget({ id, input, value, isInvalid, onChange }: Props) {
  const text = typeof value === "string" ? value : "";
  const describedBy = isInvalid ? `${id}-error` : undefined;
  const shared = { id, "aria-invalid": isInvalid, "aria-describedby": describedBy };
  switch (input.type) {
    case "BOOLEAN":
    case "BOOL":
      return <Truth id={id} value={text} isRequired={input.required !== false} onChange={onChange} />;
    case "SELECT":
    case "ENUM":
      if (input.isRadio) return <Choices id={id} input={input} value={text} onChange={onChange} />;
      return input.allowCustomValue ? (
        <>
          <input
            {...shared}
            className="input"
            list={`${id}-list`}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={`${id}-list`}>
            {choicesOf(input).map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      ) : (
        <select {...shared} className="select" value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t("Choose")}</option>
          {choicesOf(input).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      );
    case "MULTISELECT":
      return <Several input={input} value={text} onChange={onChange} />;
    case "FILE":
      return (
        <FileWidget
          id={id}
          value={value}
          accept={input.allowedFileExtensions?.join(",")}
          isInvalid={isInvalid}
          describedBy={describedBy}
          onChange={onChange}
        />
      );
    case "DURATION":
      return (
        <DurationWidget id={id} value={text} isInvalid={isInvalid} describedBy={describedBy} onChange={onChange} />
      );
    case "INT":
    case "FLOAT":
      return (
        <input
          {...shared}
          className="input input--mono"
          type="number"
          step={input.type === "INT" ? 1 : "any"}
          min={input.min}
          max={input.max}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "JSON":
    case "YAML":
    case "ARRAY":
      return (
        <textarea
          {...shared}
          className="textarea input--mono"
          rows={Math.min(10, Math.max(3, text.split("\n").length))}
          spellCheck={false}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default:
      return (
        <input
          {...shared}
          className={`input ${input.type === "URI" ? "input--mono" : ""}`}
          type={NATIVE[input.type] ?? "text"}
          step={input.type === "TIME" || input.type === "DATETIME" ? 1 : undefined}
          autoComplete={input.type === "SECRET" ? "new-password" : "off"}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function Truth({
  id,
  value,
  isRequired,
  onChange,
}: {
  id: string;
  value: string;
  isRequired: boolean;
  onChange: Props["onChange"];
}) {
  const options = isRequired ? ["true", "false"] : ["true", "false", ""];
  return (
    <span className="row" style={{ gap: 16 }}>
      {options.map((one) => (
        <label key={one} className="check">
          <input type="radio" name={id} checked={value === one} onChange={() => onChange(one)} />
          {one || t("not set")}
        </label>
      ))}
    </span>
  );
}

function Choices({ id, input, value, onChange }: Pick<Props, "id" | "input" | "onChange"> & { value: string }) {
  return (
    <span
      className="row"
      role="radiogroup"
      aria-label={input.displayName ?? input.id}
      style={{ gap: 16, flexWrap: "wrap" }}
    >
      {choicesOf(input).map((one) => (
        <label key={one} className="check">
          <input type="radio" name={id} checked={value === one} onChange={() => onChange(one)} />
          {one}
        </label>
      ))}
    </span>
  );
}

function Several({ input, value, onChange }: { input: FlowInput; value: string; onChange: Props["onChange"] }) {
  const chosen = listOf(value);
  return (
    <span className="row" style={{ gap: 16, flexWrap: "wrap" }}>
      {choicesOf(input).map((one) => (
        <label key={one} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={(event) => {
              const next = event.target.checked ? [...chosen, one] : chosen.filter((other) => other !== one);
              onChange(next.length > 0 ? JSON.stringify(next) : "");
            }}
          />
          {one}
        </label>
      ))}
    </span>
  );
}

function listOf(text: string): string[] {
  try {
    const found: unknown = JSON.parse(text || "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}
