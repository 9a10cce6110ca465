import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Trigger, triggerPage } from "../../api/triggers";
import { Empty } from "../../components/Empty";
import { FilterField } from "../../components/FilterField";
import { Head } from "../../components/Head";
import { Loaded } from "../../components/Loaded";
import { NamespaceSelect } from "../../components/NamespaceSelect";
import { Pager } from "../../components/Pager";
import { ZONE } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { BackfillDialog } from "./BackfillDialog";
import { TriggerTable } from "./TriggerTable";

const SIZE = 100;

/** Every trigger: when it fires next, why it does not now, and what can be done about it. */
export function TriggersPage() {
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [namespace, setNamespace] = useState("");
  const [page, setPage] = useState(1);
  const [filling, setFilling] = useState<Trigger | null>(null);
  const found = useQuery(triggerPage({ text, namespace, page, size: SIZE }));
  const act = (action: Promise<unknown>, done: string): void =>
    void action.then(() => toast(done), toastError).finally(() => client.invalidateQueries({ queryKey: ["triggers"] }));
  return (
    <>
      <Head
        title="Triggers"
        beside={
          found.data && (
            <span className="muted num">
              {found.data.total.toLocaleString("en")}, times in {ZONE}
            </span>
          )
        }
      />
      <div className="tools">
        <FilterField label="Filter by id or flow" value={text} onChange={setText} />
        <NamespaceSelect value={namespace} onChange={setNamespace} />
      </div>
      <Loaded query={found}>
        {({ results, total }) =>
          results.length === 0 ? (
            <Empty
              icon="triggers"
              title={text || namespace ? "No trigger matches this filter" : "No flow has a trigger"}
            >
              A trigger starts a flow by a schedule, by a call or by another flow. It is a part of the flow's text.
            </Empty>
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label="Trigger list">
                <TriggerTable triggers={results} onAct={act} onBackfill={setFilling} />
              </div>
              {total > SIZE && <Pager page={page} size={SIZE} total={total} what="triggers" onPage={setPage} />}
            </>
          )
        }
      </Loaded>
      {filling && (
        <BackfillDialog
          trigger={filling}
          onClose={() => setFilling(null)}
          onCreated={() => {
            setFilling(null);
            toast("The backfill has begun");
            void client.invalidateQueries({ queryKey: ["triggers"] });
          }}
        />
      )}
    </>
  );
}
