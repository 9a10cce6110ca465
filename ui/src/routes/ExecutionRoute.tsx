import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Execution } from "../api/types";
import { Loaded } from "../components/Loaded";
import { ExecutionPage } from "../features/execution/ExecutionPage";
import { useFollow } from "../features/execution/useFollow";
import type { TabSearch } from "../search";

const ExecuteDialog = lazy(async () => ({
  default: (await import("../features/execute/ExecuteDialog")).ExecuteDialog,
}));

const route = getRouteApi("/executions/$namespace/$flow/$id");

/** One execution, followed while it runs, with the dialog that starts its flow alike. */
export function ExecutionRoute() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const found = useFollow(id);
  const [isAgain, setAgain] = useState(false);
  const open = (other: Execution): void => {
    setAgain(false);
    void navigate({
      to: "/executions/$namespace/$flow/$id",
      params: { namespace: other.namespace, flow: other.flowId, id: other.id },
      search: {},
    });
  };
  return (
    <Loaded query={found}>
      {(execution) => (
        <>
          <ExecutionPage
            key={execution.id}
            execution={execution}
            search={search}
            onSearch={(part) => void navigate({ search: (old) => ({ ...old, ...part }) as TabSearch, replace: true })}
            onOpen={open}
            onAgain={() => setAgain(true)}
          />
          {isAgain && (
            <Suspense>
              <ExecuteDialog
                namespace={execution.namespace}
                id={execution.flowId}
                same={execution}
                onClose={() => setAgain(false)}
                onStarted={open}
              />
            </Suspense>
          )}
        </>
      )}
    </Loaded>
  );
}
