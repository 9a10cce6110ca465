import { useState } from "react";
import { t } from "../../i18n/text";

interface Props {
  id: string;
  value: string;
  isInvalid: boolean;
  describedBy: string | undefined;
  onChange: (value: string) => void;
}

const PARTS: [Part, string][] = [
  ["d", t("days")],
  ["h", t("hours")],
  ["m", t("minutes")],
  ["s", t("seconds")],
];

type Part = "d" | "h" | "m" | "s";
type Amounts = Record<Part, string>;

const SIMPLE = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** A length of time by its parts; one that has others, such as months, is written as text. */
export function DurationWidget({ id, value, isInvalid, describedBy, onChange }: Props) {
  const parts = partsOf(value);
  const [isText, setText] = useState(parts === null);
  if (isText || parts === null) {
    return (
      <span className="row">
        <input
          id={id}
          className="input input--mono"
          aria-invalid={isInvalid}
          aria-describedby={describedBy}
          placeholder="PT2H30M"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        {parts !== null && (
          <button className="link small nowrap" type="button" onClick={() => setText(false)}>
            {t("By parts")}
          </button>
        )}
      </span>
    );
  }
  return (
    <span className="row duration">
      {PARTS.map(([part, name], index) => (
        <label key={part} className="duration__part">
          <input
            id={index === 0 ? id : undefined}
            className="input"
            type="number"
            min={0}
            step={part === "s" ? "any" : 1}
            aria-label={name}
            aria-invalid={isInvalid}
            aria-describedby={describedBy}
            value={parts[part]}
            onChange={(event) => onChange(durationOf({ ...parts, [part]: event.target.value }))}
          />
          <span className="small muted" aria-hidden="true">
            {part === "m" ? "min" : part}
          </span>
        </label>
      ))}
      <button className="link small nowrap" type="button" onClick={() => setText(true)}>
        {t("As text")}
      </button>
    </span>
  );
}

/** The parts of an ISO 8601 duration; null when it has others. */
export function partsOf(value: string): Amounts | null {
  if (value === "") return { d: "", h: "", m: "", s: "" };
  const found = SIMPLE.exec(value);
  if (!found || value === "P" || value.endsWith("T")) return null;
  const [, d = "", h = "", m = "", s = ""] = found;
  return { d, h, m, s };
}

export function durationOf({ d, h, m, s }: Amounts): string {
  const days = d && `${d}D`;
  const time = `${h && `${h}H`}${m && `${m}M`}${s && `${s}S`}`;
  return days || time ? `P${days}${time && `T${time}`}` : "";
}
