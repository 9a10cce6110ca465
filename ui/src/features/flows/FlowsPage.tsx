import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { flowPage, latestExecutions } from "../../api/flows";
import { useLive } from "../../api/stream";
import type { Flow } from "../../api/types";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import type { FlowSearch } from "../../search";
import { FlowTable } from "./FlowTable";

const SIZE = 100;

interface Props {
  search: FlowSearch;
  onSearch: (part: { [Key in keyof FlowSearch]?: FlowSearch[Key] | undefined }) => void;
  onRun: (flow: Flow) => void;
}

/** All flows by namespace, what became of each last, and a button to start it. */
export function FlowsPage({ search, onSearch, onRun }: Props) {
  const page = search.page ?? 1;
  const filter = { text: search.q ?? "", namespace: search.namespace ?? "", page, size: SIZE };
  useLive("flows", "executions");
  const flows = useQuery(flowPage(filter));
  const latest = useQuery(latestExecutions(flows.data?.results ?? []));
  const isFiltered = Boolean(search.q || search.namespace);
  return (
    <>
      <Head
        title="Flows"
        beside={flows.data && <span className="muted num">{flows.data.total.toLocaleString("en")}</span>}
        actions={newFlow}
      />
      <div className="tools">
        <FilterField
          label="Filter by id, text or label"
          value={search.q ?? ""}
          onChange={(q) => onSearch({ q: q || undefined })}
        />
        <NamespaceSelect
          value={search.namespace ?? ""}
          onChange={(namespace) => onSearch({ namespace: namespace || undefined })}
        />
      </div>
      <Loaded query={flows}>
        {(found) =>
          found.results.length === 0 ? (
            <Nothing isFiltered={isFiltered} onClear={() => onSearch({ q: undefined, namespace: undefined })} />
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label="Flow list">
                <FlowTable flows={found.results} latest={latest.data ?? new Map()} onRun={onRun} />
              </div>
              {found.total > SIZE && (
                <Pager
                  page={page}
                  size={SIZE}
                  total={found.total}
                  what="flows"
                  onPage={(to) => onSearch({ page: to })}
                />
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}

const newFlow = (
  <Link className="btn btn--primary" to="/flows/new">
    <Icon name="plus" small />
    New flow
  </Link>
);

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) {
    return (
      <Empty
        icon="filter"
        title="No flow matches this filter"
        actions={
          <button className="btn" type="button" onClick={onClear}>
            Clear the filter
          </button>
        }
      >
        The text is looked for in ids, namespaces and descriptions.
      </Empty>
    );
  }
  return (
    <Empty icon="flows" title="No flow yet" actions={newFlow}>
      A flow is a YAML text: an id, a namespace and a list of tasks. The editor begins with one that runs.
    </Empty>
  );
}
