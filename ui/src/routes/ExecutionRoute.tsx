import { getRouteApi } from "@tanstack/react-router";
import { Loaded } from "../components/Loaded";
import { ExecutionPage } from "../features/execution/ExecutionPage";
import { useFollow } from "../features/execution/useFollow";
import type { TabSearch } from "../search";

const route = getRouteApi("/executions/$namespace/$flow/$id");

/** One execution, followed while it runs. */
export function ExecutionRoute() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const found = useFollow(id);
  return (
    <Loaded query={found}>
      {(execution) => (
        <ExecutionPage
          key={execution.id}
          execution={execution}
          search={search}
          onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as TabSearch, replace: true })}
          onOpen={(other) =>
            void navigate({
              to: "/executions/$namespace/$flow/$id",
              params: { namespace: other.namespace, flow: other.flowId, id: other.id },
              search: {},
            })
          }
        />
      )}
    </Loaded>
  );
}
