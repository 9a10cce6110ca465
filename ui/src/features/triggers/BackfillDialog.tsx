import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type BackfillRange, createBackfill, previewBackfill, type Trigger } from "../../api/triggers";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { moment } from "../../components/times";

const DAY_MS = 86_400_000;

interface Props {
  trigger: Trigger;
  onClose: () => void;
  onCreated: () => void;
}

/** Runs the dates of a schedule that are past, and says first how many they are. */
export function BackfillDialog({ trigger, onClose, onCreated }: Props) {
  const [start, setStart] = useState(() => local(Date.now() - 7 * DAY_MS));
  const [end, setEnd] = useState(() => local(Date.now()));
  const [onlyMissing, setOnlyMissing] = useState(true);
  const isComplete = start !== "" && end !== "";
  const range = (): BackfillRange => ({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    onlyMissing,
  });
  const preview = useQuery({
    queryKey: ["backfill", trigger.state, start, end, onlyMissing],
    enabled: isComplete,
    retry: false,
    queryFn: () => previewBackfill(trigger.state, range()),
  });
  const create = useMutation({ mutationFn: () => createBackfill(trigger.state, range()), onSuccess: onCreated });
  const count = preview.data?.count ?? 0;
  const words = `${count.toLocaleString("en")}${preview.data?.complete === false ? " or more" : ""} ${count === 1 ? "execution" : "executions"}`;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width={520}
      title={`Backfill ${trigger.state.triggerId}`}
      beside={<span className="muted">{trigger.state.flowId}</span>}
      foot={
        <>
          <button className="btn push" type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            className="btn btn--primary"
            type="button"
            aria-disabled={count === 0}
            onClick={() => count > 0 && create.mutate()}
          >
            {count > 0 ? `Start ${words}` : "Start"}
          </button>
        </>
      }
    >
      <form className="exec__form" onSubmit={(event) => event.preventDefault()}>
        <Moment id="fill-from" label="From" value={start} onChange={setStart} />
        <Moment id="fill-to" label="To" value={end} onChange={setEnd} />
        <label className="check">
          <input type="checkbox" checked={onlyMissing} onChange={(event) => setOnlyMissing(event.target.checked)} />
          Only dates that have not run
        </label>
        {preview.data && (
          <div role="status">
            <p className="med">
              {count === 0 ? "No date of the schedule lies in this time." : `This starts ${words}.`}
            </p>
            <p className="small muted num">
              {preview.data.dates
                .slice(0, 6)
                .map((date) => moment(date))
                .join(", ")}
              {count > 6 && " and so on"}
            </p>
          </div>
        )}
        {preview.isError && <Failure error={preview.error} />}
        {create.isError && <Failure error={create.error} />}
      </form>
    </Dialog>
  );
}

function Moment({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <input
        className="input"
        id={id}
        type="datetime-local"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

/** A moment as the browser's field writes it: in the reader's zone, without naming it. */
function local(at: number): string {
  const moved = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return moved.toISOString().slice(0, 16);
}
