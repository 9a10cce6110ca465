import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { actOnMany, executionPage, type Verb } from "../../api/executions";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import { RangeSelect } from "../../components/RangeSelect";
import { StateFilter } from "../../components/StateFilter";
import { ZONE } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import type { ExecutionSearch } from "../../search";
import { BulkBar } from "./BulkBar";
import { ExecutionTable } from "./ExecutionTable";

const SIZE = 50;

interface Props {
  search: ExecutionSearch;
  onSearch: (part: { [Key in keyof ExecutionSearch]?: ExecutionSearch[Key] | undefined }) => void;
}

/** All executions, newest first; every filter is part of the address. */
export function ExecutionsPage({ search, onSearch }: Props) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const page = search.page ?? 1;
  const { q, namespace, flow, state, range, labels } = search;
  const filter = {
    ...(q && { text: q }),
    ...(namespace && { namespace }),
    ...(flow && { flow }),
    ...(state && { states: state }),
    ...(range && { range }),
    ...(labels && { labels }),
    sort: search.sort ?? "state.startDate:desc",
    page,
    size: SIZE,
  };
  const found = useQuery(executionPage(filter));
  const isFiltered = Boolean(q || namespace || flow || state || range || labels);
  const clear = (): void =>
    onSearch({
      q: undefined,
      namespace: undefined,
      flow: undefined,
      state: undefined,
      range: undefined,
      labels: undefined,
    });
  const act = async (verb: Verb | "delete"): Promise<void> => {
    try {
      const count = await actOnMany([...chosen], verb);
      toast(`${verb[0]?.toUpperCase()}${verb.slice(1)}: ${count} executions`);
      setChosen(new Set());
    } catch (error) {
      toastError(error);
    }
    void client.invalidateQueries({ queryKey: ["executions"] });
  };
  return (
    <>
      <Head
        title="Executions"
        beside={
          found.data && (
            <span className="muted num">
              {found.data.total.toLocaleString("en")}
              {found.data.totalIsCapped && " or more"}, times in {ZONE}
            </span>
          )
        }
      />
      <div className="tools">
        <FilterField
          label="Filter by id or text"
          value={q ?? ""}
          onChange={(text) => onSearch({ q: text || undefined })}
        />
        {flow && <Token name="flow" value={flow} onRemove={() => onSearch({ flow: undefined })} />}
        {labels && <Token name="label" value={labels} onRemove={() => onSearch({ labels: undefined })} />}
        <StateFilter
          value={state ?? []}
          onChange={(states) => onSearch({ state: states.length > 0 ? states : undefined })}
        />
        <NamespaceSelect value={namespace ?? ""} onChange={(one) => onSearch({ namespace: one || undefined })} />
        <RangeSelect value={range ?? ""} onChange={(one) => onSearch({ range: one || undefined })} />
      </div>
      <Loaded query={found}>
        {({ results, total, totalIsCapped }) =>
          results.length === 0 ? (
            <Nothing isFiltered={isFiltered} onClear={clear} />
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label="Execution list">
                <ExecutionTable
                  executions={results}
                  chosen={chosen}
                  onChoose={setChosen}
                  onLabel={(label) => onSearch({ labels: label })}
                />
              </div>
              {chosen.size > 0 && (
                <BulkBar count={chosen.size} onAct={(verb) => void act(verb)} onClear={() => setChosen(new Set())} />
              )}
              <Pager
                page={page}
                size={SIZE}
                total={total}
                isCapped={totalIsCapped}
                what="executions"
                onPage={(to) => onSearch({ page: to })}
              />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Token({ name, value, onRemove }: { name: string; value: string; onRemove: () => void }) {
  return (
    <span className="token" style={{ height: "var(--control)" }}>
      <b>{name}:</b>
      {value}
      <button type="button" aria-label={`Remove the ${name} filter`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return isFiltered ? (
    <Empty
      icon="filter"
      title="No execution matches these filters"
      actions={
        <button className="btn" type="button" onClick={onClear}>
          Clear the filters
        </button>
      }
    >
      They may be older: without a time only the last 8 days are looked at.
    </Empty>
  ) : (
    <Empty
      icon="runs"
      title="Nothing has run yet"
      actions={
        <Link className="btn btn--primary" to="/flows">
          Run a flow
        </Link>
      }
    >
      Each start of a flow appears here, with what became of it. The list shows the last 8 days.
    </Empty>
  );
}
