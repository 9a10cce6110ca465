import { getRouteApi } from "@tanstack/react-router";
import { DashboardsPage } from "../features/dashboards/DashboardsPage";
import type { DashboardsSearch } from "../search";

const route = getRouteApi("/dashboards");

/** The list of dashboards; what is filtered is kept in the address. */
export function DashboardsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <DashboardsPage
      search={search}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as DashboardsSearch, replace: true })}
    />
  );
}
