import type { FlowInput } from "../../api/types";
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
  DATE: "date",
  TIME: "time",
  DATETIME: "datetime-local",
};

/** The right control for the type of an input. */
export function InputWidget({ id, input, value, isInvalid, onChange }: Props) {
  const text = typeof value === "string" ? value : "";
  const shared = { id, "aria-invalid": isInvalid, "aria-describedby": isInvalid ? `${id}-error` : undefined };
  switch (input.type) {
    case "BOOLEAN":
    case "BOOL":
      return <Truth id={id} value={text} isRequired={input.required !== false} onChange={onChange} />;
    case "SELECT":
    case "ENUM":
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
          <option value="">Choose</option>
          {choicesOf(input).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      );
    case "MULTISELECT":
      return <Several input={input} value={text} onChange={onChange} />;
    case "FILE":
      return (
        <input
          {...shared}
          className="input"
          type="file"
          style={{ paddingTop: 3 }}
          onChange={(event) => onChange(event.target.files?.[0] ?? "")}
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
          className={`input ${["DURATION", "URI", "INT", "FLOAT"].includes(input.type) ? "input--mono" : ""}`}
          type={NATIVE[input.type] ?? "text"}
          step={input.type === "TIME" || input.type === "DATETIME" ? 1 : undefined}
          inputMode={input.type === "INT" ? "numeric" : input.type === "FLOAT" ? "decimal" : undefined}
          autoComplete="off"
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
          {one || "not set"}
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
