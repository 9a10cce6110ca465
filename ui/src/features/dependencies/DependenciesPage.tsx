import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { flowDependencies } from "../../api/dependencies";
import { latestExecutions } from "../../api/flows";
import { useLive } from "../../api/stream";
import { FlowTabs } from "../../components/FlowTabs";
import { Head } from "../../components/Head";
import { Loaded } from "../../components/Loaded";
import { t } from "../../i18n/text";
import { DependencyView } from "./DependencyView";

/** What starts a flow and what it starts, and further on when that is asked for. */
export function DependenciesPage({ namespace, id }: { namespace: string; id: string }) {
  const [isFar, setFar] = useState(false);
  useLive("flows", "executions");
  const found = useQuery(flowDependencies(namespace, id, isFar));
  const latest = useQuery(latestExecutions(found.data?.nodes ?? []));
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
          <label className="switch">
            <input type="checkbox" role="switch" checked={isFar} onChange={(event) => setFar(event.target.checked)} />
            {t("Everything that is linked")}
          </label>
        }
      />
      <FlowTabs namespace={namespace} id={id} />
      <Loaded query={found}>
        {(graph) => <DependencyView found={graph} namespace={namespace} flow={id} latest={latest.data ?? new Map()} />}
      </Loaded>
    </>
  );
}
