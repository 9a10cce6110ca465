import { getRouteApi } from "@tanstack/react-router";
import { ExecutionsPage } from "../features/executions/ExecutionsPage";
import { type ExecutionSearch, readExecutionSearch } from "../search";

const route = getRouteApi("/executions");

/** The list of executions; what is filtered is kept in the address. */
export function ExecutionsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <ExecutionsPage
      search={search}
      onSearch={(part) =>
        void navigate({
          search: (old) => ({ ...old, page: undefined, after: undefined, ...part }) as ExecutionSearch,
          replace: true,
        })
      }
      onView={(view) => void navigate({ search: readExecutionSearch(view) })}
    />
  );
}
