import { Link } from "@tanstack/react-router";
import type { Dashboard, Narrowed } from "../../api/dashboards";
import { useLive } from "../../api/stream";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { ZONE } from "../../components/times";
import { t } from "../../i18n/text";
import { spoken } from "./builtIn";
import { Grid } from "./Grid";
import { Narrowing } from "./Narrowing";

interface Props {
  dashboard: Dashboard;
  narrowed: Narrowed;
  onNarrow: (part: Narrowed) => void;
}

/** A dashboard: its charts, narrowed by what stands in the address. */
export function DashboardPage({ dashboard: kept, narrowed, onNarrow }: Props) {
  const dashboard = spoken(kept);
  useLive("executions", "dashboards");
  return (
    <>
      <Head
        crumbs={[
          <Link key="all" to="/dashboards">
            {t("Dashboards")}
          </Link>,
        ]}
        title={dashboard.title}
        beside={<span className="muted">{t("times in {zone}", { zone: ZONE })}</span>}
        actions={
          dashboard.builtIn ? (
            <Link className="btn" to="/dashboards/new" search={{ from: dashboard.id }}>
              <Icon name="copy" small />
              {t("Copy to change")}
            </Link>
          ) : (
            <Link className="btn" to="/dashboards/$id/edit" params={{ id: dashboard.id }}>
              <Icon name="edit" small />
              {t("Edit")}
            </Link>
          )
        }
      />
      <Narrowing narrowed={narrowed} usual={dashboard.timeWindow?.default} onChange={onNarrow} />
      <div className="dscroll" tabIndex={0} role="region" aria-label={t("Charts")}>
        {dashboard.description && <p className="muted dintro">{dashboard.description}</p>}
        <Grid charts={dashboard.charts} dashboard={dashboard.id} narrowed={narrowed} />
      </div>
    </>
  );
}
