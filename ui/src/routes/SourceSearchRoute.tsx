import { getRouteApi } from "@tanstack/react-router";
import { SourceSearchPage } from "../features/flows/SourceSearchPage";
import type { SourceSearch } from "../search";

const route = getRouteApi("/flows/search");

/** Looking for a text in all flows; what is looked for is kept in the address. */
export function SourceSearchRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SourceSearchPage
      search={search}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as SourceSearch, replace: true })}
    />
  );
}
