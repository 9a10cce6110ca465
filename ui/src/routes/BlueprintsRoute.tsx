import { getRouteApi } from "@tanstack/react-router";
import { BlueprintsPage } from "../features/blueprints/BlueprintsPage";
import type { BlueprintSearch } from "../search";

const route = getRouteApi("/blueprints");

/** The flows to begin with. */
export function BlueprintsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <BlueprintsPage
      search={search}
      onSearch={(part) =>
        void navigate({ search: (old: BlueprintSearch) => ({ ...old, ...part }) as BlueprintSearch, replace: true })
      }
    />
  );
}
