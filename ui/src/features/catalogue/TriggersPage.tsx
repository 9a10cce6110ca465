import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { flowPage } from "../../api/flows";
import { Empty } from "../../components/Empty";
import { shortType } from "../../components/graph/nodeData";
import { Head } from "../../components/Head";
import { Loaded } from "../../components/Loaded";

/** The triggers that flows declare. */
export function TriggersPage() {
  const flows = useQuery(flowPage({ page: 1, size: 1000 }));
  return (
    <>
      <Head title="Triggers" />
      <Loaded query={flows}>
        {({ results }) => {
          const rows = results.flatMap((flow) => (flow.triggers ?? []).map((trigger) => ({ flow, trigger })));
          if (rows.length === 0) {
            return (
              <Empty icon="triggers" title="No flow has a trigger">
                A trigger starts a flow by a schedule, by a call or by another flow. It is a part of the flow's text.
              </Empty>
            );
          }
          return (
            <div className="scroll" tabIndex={0} role="region" aria-label="Trigger list">
              <table className="table table--cards">
                <thead>
                  <tr>
                    <th scope="col">Trigger</th>
                    <th scope="col">Flow</th>
                    <th scope="col">Namespace</th>
                    <th scope="col">Type</th>
                    <th scope="col">When</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(({ flow, trigger }) => (
                    <tr key={`${flow.namespace}/${flow.id}/${trigger.id}`}>
                      <td className="name">
                        {trigger.id} {trigger.disabled === true && <span className="chip">disabled</span>}
                      </td>
                      <td>
                        <Link to="/flows/edit/$namespace/$id" params={{ namespace: flow.namespace, id: flow.id }}>
                          {flow.id}
                        </Link>
                      </td>
                      <td className="muted">{flow.namespace}</td>
                      <td className="muted">{shortType(trigger.type)}</td>
                      <td>
                        <code className="mono-s">{trigger.cron}</code>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          );
        }}
      </Loaded>
    </>
  );
}
