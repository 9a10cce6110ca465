import type { JsonObject } from "../../api/types";
import { FilterField } from "../../components/FilterField";
import { Icon } from "../../components/Icon";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { RangeSelect } from "../../components/RangeSelect";
import { StateFilter } from "../../components/StateFilter";
import { ViewsMenu } from "../../components/ViewsMenu";
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
        label="Filter by id or text"
        value={q ?? ""}
        onChange={(text) => onSearch({ q: text || undefined })}
      />
      {flow && <Token name="flow" value={flow} onRemove={() => onSearch({ flow: undefined })} />}
      {labels && <Token name="label" value={labels} onRemove={() => onSearch({ labels: undefined })} />}
      {where && (
        <Token name="chart" value={where.map(readable).join(" · ")} onRemove={() => onSearch({ where: undefined })} />
      )}
      <StateFilter
        value={state ?? []}
        onChange={(states) => onSearch({ state: states.length > 0 ? states : undefined })}
      />
      <NamespaceSelect value={namespace ?? ""} onChange={(one) => onSearch({ namespace: one || undefined })} />
      <RangeSelect value={range ?? ""} onChange={(one) => onSearch({ range: one || undefined })} />
      <select
        className="select narrow"
        aria-label="Started by others"
        value={child ?? ""}
        onChange={(event) => onSearch({ child: event.target.value || undefined })}
      >
        <option value="">With children</option>
        <option value="MAIN">Without children</option>
        <option value="CHILD">Children only</option>
      </select>
    </div>
  );
}

function Token({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  return (
    <span className="token" style={{ height: "var(--control)" }}>
      <b>{name}:</b>
      <span className="cut" style={{ maxWidth: 340 }} title={value}>
        {value}
      </span>
      <button type="button" aria-label={`Remove the ${name} filter`} onClick={onRemove}>
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
