import { getRouteApi } from "@tanstack/react-router";
import { NamespacesPage } from "../features/namespaces/NamespacesPage";
import type { NamespacesSearch } from "../search";

const route = getRouteApi("/namespaces");

/** All namespaces; the form of the list is kept in the address. */
export function NamespacesRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <NamespacesPage
      search={search}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as NamespacesSearch, replace: true })}
    />
  );
}
