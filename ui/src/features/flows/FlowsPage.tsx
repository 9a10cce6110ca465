import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { flowPage, latestExecutions } from "../../api/flows";
import { useLive } from "../../api/stream";
import { nextStarts } from "../../api/triggers";
import type { Flow } from "../../api/types";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import { useListKeys } from "../../components/useListKeys";
import { ViewsMenu } from "../../components/ViewsMenu";
import { number, t } from "../../i18n/text";
import type { FlowSearch } from "../../search";
import { FlowBulkBar } from "./FlowBulkBar";
import { FlowTable } from "./FlowTable";
import { ImportDialog } from "./ImportDialog";
import { Nothing } from "./Nothing";
import { nextOf } from "./next";

const SIZE = 100;
const RUNS = 20;
const NEXT = 500;

interface Props {
  search: FlowSearch;
  onSearch: (part: { [Key in keyof FlowSearch]?: FlowSearch[Key] | undefined }) => void;
  onView: (search: FlowSearch) => void;
  onRun: (flow: Flow) => void;
}

/** All flows by namespace, what became of them last, and what can be done to many of them. */
export function FlowsPage({ search, onSearch, onView, onRun }: Props) {
  const { q = "", namespace = "", label, view, page = 1 } = search;
  const filter = { text: q, namespace, ...(label && { label }) };
  useLive("flows", "executions");
  useListKeys();
  const flows = useQuery(flowPage({ ...filter, page, size: SIZE }));
  const latest = useQuery(latestExecutions(flows.data?.results ?? [], RUNS));
  const next = useQuery(nextStarts({ namespace, size: NEXT }));
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const [isImporting, setImporting] = useState(false);
  const choose = (keys: ReadonlySet<string>): void => {
    setAll(false);
    setChosen(keys);
  };
  const { run: _run, page: _page, ...kept } = search;
  const isFiltered = Boolean(q || namespace || label);
  return (
    <>
      <Head
        title={t("Flows")}
        beside={flows.data && <span className="muted num">{number(flows.data.total)}</span>}
        actions={
          <>
            <Link className="btn" to="/flows/search" search={namespace ? { namespace } : {}}>
              <Icon name="search" small />
              {t("Search in texts")}
            </Link>
            <button className="btn" type="button" onClick={() => setImporting(true)}>
              <Icon name="upload" small />
              {t("Import")}
            </button>
            <Link className="btn btn--primary" to="/flows/new">
              <Icon name="plus" small />
              {t("New flow")}
            </Link>
          </>
        }
      />
      <div className="tools">
        <ViewsMenu list="flows" search={kept} onOpen={(one) => onView(one as FlowSearch)} />
        <FilterField
          label={t("Filter by id or text")}
          value={q}
          onChange={(text) => onSearch({ q: text || undefined })}
        />
        {label && (
          <span className="token" style={{ height: "var(--control)" }}>
            <b>{t("label:")}</b>
            {label}
            <button
              type="button"
              aria-label={t("Remove the label filter")}
              onClick={() => onSearch({ label: undefined })}
            >
              <Icon name="close" />
            </button>
          </span>
        )}
        <NamespaceSelect value={namespace} onChange={(one) => onSearch({ namespace: one || undefined })} />
        <div className="seg" role="group" aria-label={t("Form of the list")}>
          <button type="button" aria-pressed={view !== "flat"} onClick={() => onSearch({ view: undefined })}>
            <Icon name="tree" small />
            {t("Tree")}
          </button>
          <button type="button" aria-pressed={view === "flat"} onClick={() => onSearch({ view: "flat" })}>
            <Icon name="table" small />
            {t("Flat")}
          </button>
        </div>
      </div>
      <Loaded query={flows}>
        {(found) =>
          found.results.length === 0 ? (
            <Nothing
              isFiltered={isFiltered}
              onClear={() => onSearch({ q: undefined, namespace: undefined, label: undefined })}
            />
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label={t("Flow list")}>
                <FlowTable
                  flows={found.results}
                  latest={latest.data ?? new Map()}
                  next={nextOf(next.data ?? [])}
                  isFlat={view === "flat"}
                  chosen={chosen}
                  onChoose={choose}
                  onRun={onRun}
                  onLabel={(one) => onSearch({ label: one })}
                />
              </div>
              {found.total > SIZE && (
                <Pager
                  page={page}
                  size={SIZE}
                  total={found.total}
                  isBehind={flows.isPlaceholderData}
                  onPage={(to) => onSearch({ page: to })}
                />
              )}
              {chosen.size > 0 && (
                <FlowBulkBar
                  chosen={chosen}
                  filter={filter}
                  all={found.total}
                  isAll={isAll}
                  onAll={() => setAll(true)}
                  onClear={() => choose(new Set())}
                />
              )}
            </>
          )
        }
      </Loaded>
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}
