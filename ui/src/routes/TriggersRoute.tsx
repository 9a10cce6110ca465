import { getRouteApi } from "@tanstack/react-router";
import { TriggersPage } from "../features/triggers/TriggersPage";
import type { TriggerSearch } from "../search";

const route = getRouteApi("/triggers");

/** The list of triggers; what is filtered and looked at is kept in the address. */
export function TriggersRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <TriggersPage
      search={search}
      onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as TriggerSearch, replace: true })}
    />
  );
}
