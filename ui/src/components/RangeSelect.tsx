const RANGES: [string, string][] = [
  ["PT1H", "Last hour"],
  ["PT24H", "Last 24 hours"],
  ["P7D", "Last 7 days"],
  ["P30D", "Last 30 days"],
  ["P365D", "Last year"],
];

/** How far back a list goes. */
export function RangeSelect({ value, onChange }: { value: string; onChange: (range: string) => void }) {
  return (
    <select
      className="select narrow"
      aria-label="Time"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">Last 8 days</option>
      {RANGES.map(([range, name]) => (
        <option key={range} value={range}>
          {name}
        </option>
      ))}
    </select>
  );
}
