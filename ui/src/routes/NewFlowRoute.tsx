import { useNavigate } from "@tanstack/react-router";
import { EditorPage } from "../features/editor/EditorPage";
import { FIRST_FLOW } from "../features/editor/firstFlow";

/** The editor with a flow that is not there yet. */
export function NewFlowRoute() {
  const navigate = useNavigate();
  const open = (flow: { namespace: string; id: string }): void =>
    void navigate({
      to: "/flows/edit/$namespace/$id",
      params: { namespace: flow.namespace, id: flow.id },
      ignoreBlocker: true,
    });
  return <EditorPage flow={null} source={FIRST_FLOW} onRun={open} onCreated={open} />;
}
