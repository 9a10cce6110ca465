import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { BUILT_IN, type Dashboard, dashboard, dashboardPage, deleteDashboard } from "../../api/dashboards";
import { useLive } from "../../api/stream";
import { Dialog } from "../../components/Dialog";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { number, t } from "../../i18n/text";
import type { DashboardsSearch } from "../../search";
import { spoken } from "./builtIn";

const SIZE = 50;

interface Props {
  search: DashboardsSearch;
  onSearch: (part: { [Key in keyof DashboardsSearch]?: DashboardsSearch[Key] | undefined }) => void;
}

/** All dashboards: those that were saved, then those that come with the product. */
export function DashboardsPage({ search, onSearch }: Props) {
  const client = useQueryClient();
  const page = search.page ?? 1;
  const [leaving, setLeaving] = useState<Dashboard | null>(null);
  useLive("dashboards");
  const found = useQuery(dashboardPage({ q: search.q, page, size: SIZE }));
  const builtIn = useQueries({ queries: BUILT_IN.map((id) => dashboard(id)) });
  const remove = useMutation({
    mutationFn: (gone: Dashboard) => deleteDashboard(gone.id),
    onError: toastError,
    onSuccess: (_, gone) => toast(t("{name} is deleted", { name: gone.title })),
    onSettled: () => {
      setLeaving(null);
      void client.invalidateQueries({ queryKey: ["dashboards"] });
    },
  });
  return (
    <>
      <Head
        title={t("Dashboards")}
        beside={found.data && <span className="muted num">{number(found.data.total)}</span>}
        actions={
          <Link className="btn btn--primary" to="/dashboards/new">
            <Icon name="plus" small />
            {t("New dashboard")}
          </Link>
        }
      />
      <div className="tools">
        <FilterField
          label={t("Filter by id or title")}
          value={search.q ?? ""}
          onChange={(q) => onSearch({ q: q || undefined, page: undefined })}
        />
      </div>
      <Loaded query={found}>
        {({ results, total }) => (
          <>
            <div className="scroll" tabIndex={0} role="region" aria-label={t("Dashboard list")}>
              <table className="table table--cards">
                <thead>
                  <tr>
                    <th>{t("Title")}</th>
                    <th>{t("Id")}</th>
                    <th className="hide-s">{t("Charts")}</th>
                    <th>{t("Saved")}</th>
                    <th>
                      <span className="sr">{t("Actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {results.map((one) => (
                    <Row key={one.id} dashboard={one} onRemove={() => setLeaving(one)} />
                  ))}
                  {results.length === 0 && (
                    <tr>
                      <td colSpan={5} className="muted">
                        {search.q ? t("No saved dashboard matches this filter.") : t("None was saved yet.")}
                      </td>
                    </tr>
                  )}
                  {!search.q && builtIn.flatMap(({ data }) => (data ? [<Row key={data.id} dashboard={data} />] : []))}
                </tbody>
              </table>
            </div>
            {total > SIZE && (
              <Pager
                page={page}
                size={SIZE}
                total={total}
                isBehind={found.isPlaceholderData}
                onPage={(to) => onSearch({ page: to })}
              />
            )}
          </>
        )}
      </Loaded>
      {leaving && (
        <Dialog
          isOpen
          onClose={() => setLeaving(null)}
          title={t("Delete {name}?", { name: leaving.title })}
          foot={
            <>
              <button className="btn push" type="button" onClick={() => setLeaving(null)}>
                {t("Keep it")}
              </button>
              <button className="btn btn--danger" type="button" onClick={() => remove.mutate(leaving)}>
                {t("Delete")}
              </button>
            </>
          }
        >
          <p style={{ padding: "12px 16px" }}>{t("Places that show it show the built-in dashboard again.")}</p>
        </Dialog>
      )}
    </>
  );
}

function Row({ dashboard: kept, onRemove }: { dashboard: Dashboard; onRemove?: () => void }) {
  const one = spoken(kept);
  return (
    <tr>
      <th scope="row">
        <Link className="med" to="/dashboards/$id" params={{ id: one.id }}>
          {one.title}
        </Link>
      </th>
      <td className="mono-s">{one.id}</td>
      <td className="num hide-s">{one.charts.length}</td>
      <td className="muted">{one.builtIn ? t("Built in") : moment(one.updated)}</td>
      <td style={{ textAlign: "right" }}>
        {onRemove && (
          <>
            <Link
              className="btn btn--ghost btn--icon"
              to="/dashboards/$id/edit"
              params={{ id: one.id }}
              aria-label={t("Edit {name}", { name: one.title })}
            >
              <Icon name="edit" />
            </Link>
            <button
              className="btn btn--ghost btn--icon"
              type="button"
              aria-label={t("Delete {name}", { name: one.title })}
              onClick={onRemove}
            >
              <Icon name="trash" />
            </button>
          </>
        )}
      </td>
    </tr>
  );
}
