import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteFlows, exportFlows, type FlowChoice, setFlowsDisabled } from "../../api/flowBulk";
import { Confirm } from "../../components/actions/Confirm";
import { keepFile } from "../../components/keepFile";
import { toast, toastError } from "../../components/toasts";

interface Props {
  chosen: ReadonlySet<string>;
  filter: { text: string; namespace: string; label?: string };
  /** How many the filters find. */
  all: number;
  isAll: boolean;
  onAll: () => void;
  onClear: () => void;
}

/** What can be done to the chosen flows. */
export function FlowBulkBar({ chosen, filter, all, isAll, onAll, onClear }: Props) {
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const count = isAll ? all : chosen.size;
  const what = count === 1 ? "1 flow" : `${count.toLocaleString("en")} flows`;
  const choice: FlowChoice = isAll ? { filter } : { ids: [...chosen].map(keyOf) };
  const renew = (): void => void client.invalidateQueries({ queryKey: ["flows"] });
  const act = useMutation({
    mutationFn: (isDisabled: boolean) => setFlowsDisabled(choice, isDisabled),
    onSuccess: (done, isDisabled) =>
      toast(`${done === 1 ? "1 flow is" : `${done} flows are`} ${isDisabled ? "disabled" : "enabled"}`),
    onError: toastError,
    onSettled: renew,
  });
  const keep = useMutation({
    mutationFn: () => exportFlows(choice),
    onSuccess: (blob) => keepFile("flows.zip", blob),
    onError: toastError,
  });
  const remove = useMutation({
    mutationFn: () => deleteFlows(choice),
    onSuccess: (done) => {
      toast(done === 1 ? "1 flow is deleted" : `${done} flows are deleted`);
      setAsking(false);
      onClear();
      renew();
    },
  });
  return (
    <div className="bulk" role="region" aria-label="Selection">
      <span className="med num">{what}</span>
      {!isAll && all > chosen.size && (
        <button className="link small" type="button" onClick={onAll}>
          Select all {all.toLocaleString("en")} found
        </button>
      )}
      <button className="btn btn--ghost btn--s" type="button" onClick={onClear}>
        Clear
      </button>
      <button className="btn btn--s" type="button" onClick={() => act.mutate(false)}>
        Enable
      </button>
      <button className="btn btn--s" type="button" onClick={() => act.mutate(true)}>
        Disable
      </button>
      <button className="btn btn--s" type="button" onClick={() => keep.mutate()}>
        Export
      </button>
      <button className="btn btn--s btn--danger" type="button" onClick={() => setAsking(true)}>
        Delete
      </button>
      {isAsking && (
        <Confirm
          title={`Delete ${what}?`}
          verb={`Delete ${what}`}
          keep="Keep"
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>
            Their triggers stop. Revisions and executions stay, and saving a flow of the same name goes on from them.
          </p>
          {!isAll && (
            <ul className="small mono-s">
              {[...chosen].slice(0, 8).map((key) => (
                <li key={key}>{key}</li>
              ))}
              {chosen.size > 8 && <li>and {chosen.size - 8} more</li>}
            </ul>
          )}
        </Confirm>
      )}
    </div>
  );
}

function keyOf(key: string): { namespace: string; id: string } {
  const [namespace = "", id = ""] = key.split("/");
  return { namespace, id };
}
