import type { Narrowed } from "../../api/dashboards";
import { Icon } from "../../components/Icon";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { t } from "../../i18n/text";

const RANGES: [string, string][] = [
  ["PT1H", t("Last hour")],
  ["PT24H", t("Last 24 hours")],
  ["P7D", t("Last 7 days")],
  ["P30D", t("Last 30 days")],
  ["P90D", t("Last 90 days")],
  ["P365D", t("Last year")],
];

interface Props {
  narrowed: Narrowed;
  /** How far back the dashboard looks by itself. */
  usual: string | undefined;
  onChange: (part: Narrowed) => void;
}

/** The range and the namespace that all charts show. */
export function Narrowing({ narrowed, usual = "P30D", onChange }: Props) {
  const named = RANGES.find(([range]) => range === usual)?.[1];
  return (
    <div className="tools">
      <select
        className="select narrow"
        aria-label={t("Time")}
        value={narrowed.range ?? ""}
        onChange={(event) => onChange({ range: event.target.value || undefined })}
      >
        <option value="">{named ?? t("As the dashboard says: {range}", { range: usual })}</option>
        {RANGES.filter(([range]) => range !== usual).map(([range, name]) => (
          <option key={range} value={range}>
            {name}
          </option>
        ))}
      </select>
      <NamespaceSelect
        value={narrowed.namespace ?? ""}
        onChange={(namespace) => onChange({ namespace: namespace || undefined })}
      />
      {narrowed.flow && (
        <span className="token" style={{ height: "var(--control)" }}>
          <b>{t("flow:")}</b>
          {narrowed.flow}
          <button type="button" aria-label={t("Remove the flow filter")} onClick={() => onChange({ flow: undefined })}>
            <Icon name="close" />
          </button>
        </span>
      )}
    </div>
  );
}
