import { t } from "../i18n/text";

const RANGES: [string, string][] = [
  ["PT1H", t("Last hour")],
  ["PT24H", t("Last 24 hours")],
  ["P7D", t("Last 7 days")],
  ["P30D", t("Last 30 days")],
  ["P365D", t("Last year")],
];

/** How far back a list goes. */
export function RangeSelect({ value, onChange }: { value: string; onChange: (range: string) => void }) {
  return (
    <select
      className="select narrow"
      aria-label={t("Time")}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t("Last 8 days")}</option>
      {RANGES.map(([range, name]) => (
        <option key={range} value={range}>
          {name}
        </option>
      ))}
    </select>
  );
}
