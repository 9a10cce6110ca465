import type { Narrowed } from "../../api/dashboards";
import { Icon } from "../../components/Icon";
import { NamespaceSelect } from "../../components/NamespaceSelect";

const RANGES: [string, string][] = [
  ["PT1H", "Last hour"],
  ["PT24H", "Last 24 hours"],
  ["P7D", "Last 7 days"],
  ["P30D", "Last 30 days"],
  ["P90D", "Last 90 days"],
  ["P365D", "Last year"],
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
        aria-label="Time"
        value={narrowed.range ?? ""}
        onChange={(event) => onChange({ range: event.target.value || undefined })}
      >
        <option value="">{named ?? `As the dashboard says: ${usual}`}</option>
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
          <b>flow:</b>
          {narrowed.flow}
          <button type="button" aria-label="Remove the flow filter" onClick={() => onChange({ flow: undefined })}>
            <Icon name="close" />
          </button>
        </span>
      )}
    </div>
  );
}
