import type { JsonObject } from "../../api/types";
import { FilterField } from "../../components/FilterField";
import { Icon } from "../../components/Icon";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { RangeSelect } from "../../components/RangeSelect";
import { StateFilter } from "../../components/StateFilter";
import { ViewsMenu } from "../../components/ViewsMenu";
import { t } from "../../i18n/text";
import type { ExecutionSearch } from "../../search";

interface Props {
  search: ExecutionSearch;
  onSearch: (part: { [Key in keyof ExecutionSearch]?: ExecutionSearch[Key] | undefined }) => void;
  onView: (search: JsonObject) => void;
}

/** The filters of the list. */
export function Tools({ search, onSearch, onView }: Props) {
  const { q, namespace, flow, state, range, labels, child, where } = search;
  return (
    <div className="tools">
      <ViewsMenu list="executions" search={search} onOpen={onView} />
      <FilterField
        label={t("Filter by id or text")}
        value={q ?? ""}
        onChange={(text) => onSearch({ q: text || undefined })}
      />
      {flow && (
        <Token
          name={t("flow:")}
          remove={t("Remove the flow filter")}
          value={flow}
          onRemove={() => onSearch({ flow: undefined })}
        />
      )}
      {labels && (
        <Token
          name={t("label:")}
          remove={t("Remove the label filter")}
          value={labels}
          onRemove={() => onSearch({ labels: undefined })}
        />
      )}
      {where && (
        <Token
          name={t("chart:")}
          remove={t("Remove the chart filter")}
          value={where.map(readable).join(" · ")}
          onRemove={() => onSearch({ where: undefined })}
        />
      )}
      <StateFilter
        value={state ?? []}
        onChange={(states) => onSearch({ state: states.length > 0 ? states : undefined })}
      />
      <NamespaceSelect value={namespace ?? ""} onChange={(one) => onSearch({ namespace: one || undefined })} />
      <RangeSelect value={range ?? ""} onChange={(one) => onSearch({ range: one || undefined })} />
      <select
        className="select narrow"
        aria-label={t("Started by others")}
        value={child ?? ""}
        onChange={(event) => onSearch({ child: event.target.value || undefined })}
      >
        <option value="">{t("With children")}</option>
        <option value="MAIN">{t("Without children")}</option>
        <option value="CHILD">{t("Children only")}</option>
      </select>
    </div>
  );
}

interface TokenProps {
  name: string;
  value: string;
  remove: string;
  onRemove: () => void;
}

function Token({ name, value, remove, onRemove }: TokenProps) {
  return (
    <span className="token" style={{ height: "var(--control)" }}>
      <b>{name}</b>
      <span className="cut" style={{ maxWidth: 340 }} title={value}>
        {value}
      </span>
      <button type="button" aria-label={remove} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}

/** A condition as it is read: `state FAILED`, `startDate ≥ 2026-01-31T12:00:00Z`. */
function readable(condition: string): string {
  const signs: Record<string, string> = { GREATER_THAN_OR_EQUAL_TO: "≥", LESS_THAN: "<", NOT_EQUALS: "≠", IN: "in" };
  const [, field, operation = "", value] = /^(\w+)\[(\w+)\](.*)$/s.exec(condition) ?? [];
  const rest = (value ?? "").replace(/^\[([^\]]+)\]=/, " $1 ").replace(/^=/, "");
  return [field, operation === "EQUALS" ? "" : (signs[operation] ?? operation), rest].filter(Boolean).join(" ");
}
