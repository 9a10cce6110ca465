import { useQuery } from "@tanstack/react-query";
import { namespaceDependencies } from "../../api/dependencies";
import { latestExecutions } from "../../api/flows";
import { useLive } from "../../api/stream";
import { Loaded } from "../../components/Loaded";
import { DependencyView } from "./DependencyView";

/** What starts the flows of a namespace, and what they start. */
export function NamespaceDependencies({ namespace }: { namespace: string }) {
  useLive("flows", "executions");
  const found = useQuery(namespaceDependencies(namespace));
  const latest = useQuery(latestExecutions(found.data?.nodes ?? []));
  return (
    <Loaded query={found}>
      {(graph) => <DependencyView found={graph} namespace={namespace} latest={latest.data ?? new Map()} />}
    </Loaded>
  );
}
