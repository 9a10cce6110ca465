import { useQuery } from "@tanstack/react-query";
import { namespaces } from "../api/flows";
import { t } from "../i18n/text";

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
      aria-label={t("Namespace")}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t("All namespaces")}</option>
      {all.map((one) => (
        <option key={one}>{one}</option>
      ))}
    </select>
  );
}
