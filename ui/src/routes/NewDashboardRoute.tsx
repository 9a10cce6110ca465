import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { dashboard } from "../api/dashboards";
import { Loaded } from "../components/Loaded";
import { DashboardEditor } from "../features/dashboards/DashboardEditor";
import { copyOf, FIRST_DASHBOARD } from "../features/dashboards/firstDashboard";

const route = getRouteApi("/dashboards/new");

/** The editor with a dashboard that is not there yet: a first one, or a copy. */
export function NewDashboardRoute() {
  const { from } = route.useSearch();
  const found = useQuery({ ...dashboard(from ?? ""), enabled: from !== undefined });
  if (!from) return <DashboardEditor dashboard={null} source={FIRST_DASHBOARD} />;
  return <Loaded query={found}>{(one) => <DashboardEditor dashboard={null} source={copyOf(one.sourceCode)} />}</Loaded>;
}
