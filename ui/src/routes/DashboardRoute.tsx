import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { dashboard } from "../api/dashboards";
import { Loaded } from "../components/Loaded";
import { DashboardPage } from "../features/dashboards/DashboardPage";
import type { DashboardSearch } from "../search";

const route = getRouteApi("/dashboards/$id");

/** One dashboard; range and namespace are kept in the address. */
export function DashboardRoute() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const found = useQuery(dashboard(id));
  return (
    <Loaded query={found}>
      {(one) => (
        <DashboardPage
          key={id}
          dashboard={one}
          narrowed={search}
          onNarrow={(part) =>
            void navigate({ search: (old) => ({ ...old, ...part }) as DashboardSearch, replace: true })
          }
        />
      )}
    </Loaded>
  );
}
