import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { flowSource } from "../api/flows";
import { FlowMenu } from "../components/actions/FlowMenu";
import { FlowTabs } from "../components/FlowTabs";
import { Head } from "../components/Head";
import { Icon } from "../components/Icon";
import { DefaultDashboard } from "../features/dashboards/DefaultDashboard";
import { FlowFacts } from "../features/flows/FlowFacts";
import { FlowMetrics } from "../features/flows/FlowMetrics";
import { t } from "../i18n/text";

const ExecuteDialog = lazy(async () => ({
  default: (await import("../features/execute/ExecuteDialog")).ExecuteDialog,
}));

const route = getRouteApi("/flows/edit/$namespace/$id/overview");

/** How a flow has been doing, as the dashboard that is chosen for flows tells it, with the dialog that starts it. */
export function OverviewRoute() {
  const { namespace, id } = route.useParams();
  const navigate = route.useNavigate();
  const flow = useQuery(flowSource(namespace, id)).data;
  const [isRunning, setRunning] = useState(false);
  return (
    <>
      <Head
        crumbs={[
          <Link key="namespace" to="/namespaces/$namespace" params={{ namespace }}>
            {namespace}
          </Link>,
        ]}
        title={id}
        hasTabs
        actions={
          <>
            <button className="btn btn--primary" type="button" onClick={() => setRunning(true)}>
              <Icon name="play" small />
              {t("Run")}
            </button>
            <FlowMenu namespace={namespace} id={id} isDisabled={flow?.disabled} />
          </>
        }
      />
      <FlowTabs namespace={namespace} id={id} />
      <div className="scroll" tabIndex={0} role="region" aria-label={t("Overview")}>
        <FlowFacts namespace={namespace} id={id} />
        <DefaultDashboard place="flow" narrowed={{ namespace, flow: id }} />
        <FlowMetrics namespace={namespace} id={id} />
      </div>
      {isRunning && (
        <Suspense>
          <ExecuteDialog
            namespace={namespace}
            id={id}
            onClose={() => setRunning(false)}
            onStarted={(started) =>
              void navigate({
                to: "/executions/$namespace/$flow/$id",
                params: { namespace: started.namespace, flow: started.flowId, id: started.id },
              })
            }
          />
        </Suspense>
      )}
    </>
  );
}
