import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { flowSource } from "../api/flows";
import { Loaded } from "../components/Loaded";
import { EditorPage } from "../features/editor/EditorPage";

const ExecuteDialog = lazy(async () => ({
  default: (await import("../features/execute/ExecuteDialog")).ExecuteDialog,
}));

const route = getRouteApi("/flows/edit/$namespace/$id");

/** The editor of one flow, with the dialog that starts it. */
export function EditorRoute() {
  const { namespace, id } = route.useParams();
  const navigate = route.useNavigate();
  const flow = useQuery(flowSource(namespace, id));
  const [isRunning, setRunning] = useState(false);
  return (
    <Loaded query={flow}>
      {(found) => (
        <>
          <EditorPage
            key={`${namespace}/${id}`}
            flow={found}
            source={found.source ?? ""}
            onRun={() => setRunning(true)}
            onCreated={() => undefined}
          />
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
      )}
    </Loaded>
  );
}
