import { useQuery } from "@tanstack/react-query";
import { namespaces } from "../api/flows";

interface Props {
  value: string;
  onChange: (value: string) => void;
}

/** One of the namespaces that have flows, or all. */
export function NamespaceSelect({ value, onChange }: Props) {
  const found = useQuery(namespaces).data ?? [];
  const all = value && !found.includes(value) ? [value, ...found] : found;
  return (
    <select
      className="select narrow"
      aria-label="Namespace"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">All namespaces</option>
      {all.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}
