import { getRouteApi } from "@tanstack/react-router";
import { ExecuteDialog } from "../features/execute/ExecuteDialog";
import { FlowsPage } from "../features/flows/FlowsPage";
import type { FlowSearch } from "../search";

const route = getRouteApi("/flows");

/** The list of flows, with the dialog that starts one. */
export function FlowsRoute() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (part: { [Key in keyof FlowSearch]?: FlowSearch[Key] | undefined }): void =>
    void navigate({ search: (old) => ({ ...old, ...part }) as FlowSearch, replace: true });
  const [namespace, id] = (search.run ?? "").split("/");
  return (
    <>
      <FlowsPage
        search={search}
        onSearch={(part) => change({ page: undefined, ...part })}
        onView={(view) => void navigate({ search: view, replace: true })}
        onRun={(flow) => change({ run: `${flow.namespace}/${flow.id}` })}
      />
      {namespace && id && (
        <ExecuteDialog
          namespace={namespace}
          id={id}
          onClose={() => change({ run: undefined })}
          onStarted={(started) =>
            void navigate({
              to: "/executions/$namespace/$flow/$id",
              params: { namespace: started.namespace, flow: started.flowId, id: started.id },
            })
          }
        />
      )}
    </>
  );
}
