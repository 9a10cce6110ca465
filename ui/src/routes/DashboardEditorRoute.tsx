import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { dashboard } from "../api/dashboards";
import { Loaded } from "../components/Loaded";
import { DashboardEditor } from "../features/dashboards/DashboardEditor";

const route = getRouteApi("/dashboards/$id/edit");

/** The editor of one dashboard. */
export function DashboardEditorRoute() {
  const { id } = route.useParams();
  const found = useQuery({ ...dashboard(id), refetchOnWindowFocus: false });
  return <Loaded query={found}>{(one) => <DashboardEditor key={id} dashboard={one} source={one.sourceCode} />}</Loaded>;
}
