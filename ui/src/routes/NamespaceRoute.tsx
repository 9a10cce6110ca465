import { getRouteApi } from "@tanstack/react-router";
import { DefaultDashboard } from "../features/dashboards/DefaultDashboard";
import { NamespaceDependencies } from "../features/dependencies/NamespaceDependencies";
import { NamespaceFlows } from "../features/flows/NamespaceFlows";
import { NamespaceExecutions } from "../features/namespaces/NamespaceExecutions";
import { NamespacePage } from "../features/namespaces/NamespacePage";

const route = getRouteApi("/namespaces/$namespace");

/** One namespace, with what flows, dashboards and dependencies show of it. */
export function NamespaceRoute() {
  const { namespace } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <NamespacePage
      namespace={namespace}
      search={search}
      onFile={(file) => void navigate({ search: (old) => ({ tab: old.tab, ...(file && { file }) }) as typeof old })}
      parts={{
        flows: () => (
          <NamespaceFlows
            namespace={namespace}
            onRun={(flow) => void navigate({ to: "/flows", search: { run: `${flow.namespace}/${flow.id}` } })}
            onLabel={(label) => void navigate({ to: "/flows", search: { label, namespace } })}
          />
        ),
        executions: () => <NamespaceExecutions namespace={namespace} />,
        dashboard: () => (
          <div className="ex__main">
            <DefaultDashboard place="namespace" narrowed={{ namespace }} />
          </div>
        ),
        dependencies: () => <NamespaceDependencies namespace={namespace} />,
      }}
    />
  );
}
