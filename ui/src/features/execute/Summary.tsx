import { useState } from "react";
import type { Flow, FlowInput } from "../../api/types";
import { firstText, toCurl, type Values } from "../../components/inputs/values";

interface Props {
  flow: Flow;
  inputs: readonly FlowInput[];
  values: Values;
  labels: string;
  list: string[];
  onLabels: (labels: string) => void;
}

/** What a start will do, what differs from the defaults, and the same request for a shell. */
export function Summary({ flow, inputs, values, labels, list, onLabels }: Props) {
  const [isCopied, setCopied] = useState(false);
  const curl = toCurl(flow.namespace, flow.id, inputs, values, list);
  const changed = inputs.filter((input) => (values[input.id] ?? "") !== firstText(input));
  return (
    <aside className="exec__side" aria-label="What will happen">
      <h3>What will happen</h3>
      <dl className="dl num">
        <dt>Flow</dt>
        <dd>{flow.id}</dd>
        <dt>Revision</dt>
        <dd>{flow.revision}, the last one</dd>
        <dt>Differs</dt>
        <dd>{changed.length === 0 ? "Nothing from the defaults" : changed.map(({ id }) => id).join(", ")}</dd>
      </dl>
      <div className="field">
        <div className="field__top">
          <label htmlFor="run-labels">Labels</label>
        </div>
        <input
          className="input input--mono"
          id="run-labels"
          value={labels}
          spellCheck={false}
          onChange={(event) => onLabels(event.target.value)}
        />
        <p className="field__help">Pairs such as team:data, with spaces between</p>
      </div>
      <div className="row">
        <h3>With curl</h3>
        <button
          className="btn btn--s push"
          type="button"
          onClick={() => void navigator.clipboard.writeText(curl).then(() => setCopied(true))}
        >
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
      <pre className="code-block" tabIndex={0} aria-label="curl command">
        {curl}
      </pre>
    </aside>
  );
}
