import { getRouteApi } from "@tanstack/react-router";
import { LogsPage } from "../features/logs/LogsPage";
import type { LogSearch } from "../search";

const route = getRouteApi("/logs");

/** The logs of everything; what is filtered is kept in the address. */
export function LogsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <LogsPage
      search={search}
      onSearch={(part) =>
        void navigate({ search: (old) => ({ ...old, page: undefined, ...part }) as LogSearch, replace: true })
      }
    />
  );
}
