import { Fragment, useState } from "react";
import type { Flow, LatestExecution } from "../../api/types";
import { Icon } from "../../components/Icon";
import { t } from "../../i18n/text";
import { FlowRow } from "./FlowRow";

interface Props {
  flows: Flow[];
  /** The last executions of each flow, newest first, by `namespace/id`. */
  latest: ReadonlyMap<string, LatestExecution[]>;
  /** When the next trigger of each flow starts it. */
  next: ReadonlyMap<string, string>;
  /** Without lines for namespaces, which each row then names itself. */
  isFlat: boolean;
  chosen?: ReadonlySet<string>;
  onChoose?: (chosen: ReadonlySet<string>) => void;
  onRun: (flow: Flow) => void;
  onLabel: (label: string) => void;
}

export function keyOf(flow: { namespace: string; id: string }): string {
  return `${flow.namespace}/${flow.id}`;
}

/** Flows in the order they come; as a tree with a line above the first of each namespace, which folds it. */
export function FlowTable({ flows, latest, next, isFlat, chosen, onChoose, onRun, onLabel }: Props) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const fold = (namespace: string): void => {
    const after = new Set(folded);
    if (!after.delete(namespace)) after.add(namespace);
    setFolded(after);
  };
  const choose = (keys: string[], isOn: boolean): void => {
    const after = new Set(chosen);
    for (const key of keys) {
      if (isOn) after.add(key);
      else after.delete(key);
    }
    onChoose?.(after);
  };
  const columns = 8 + (onChoose ? 1 : 0);
  return (
    <table className={`table table--cards flows ${onChoose ? "flows--choose" : ""}`}>
      <caption className="sr">{t("Flows by namespace")}</caption>
      <colgroup>
        {onChoose && <col style={{ width: 48 }} />}
        <col style={{ width: isFlat ? "24%" : "17%" }} />
        <col style={{ width: 176 }} />
        <col style={{ width: 120 }} />
        <col style={{ width: 112 }} />
        <col className="hide-s" />
        <col style={{ width: "11%" }} />
        <col style={{ width: 60 }} />
        <col style={{ width: 104 }} />
      </colgroup>
      <thead>
        <tr>
          {onChoose && (
            <th scope="col">
              <label className="check">
                <input
                  type="checkbox"
                  aria-label={t("Select all flows shown")}
                  checked={flows.every((flow) => chosen?.has(keyOf(flow)))}
                  onChange={(event) => choose(flows.map(keyOf), event.target.checked)}
                />
              </label>
            </th>
          )}
          <th scope="col">{t("Name")}</th>
          <th scope="col">{t("Last run")}</th>
          <th scope="col">{t("Last 20 runs")}</th>
          <th scope="col">{t("Next run")}</th>
          <th scope="col">{t("Labels")}</th>
          <th scope="col">{t("Triggers")}</th>
          <th scope="col" className="n">
            {t("Rev")}
          </th>
          <th scope="col">
            <span className="sr">{t("Actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {flows.map((flow, index) => (
          <Fragment key={keyOf(flow)}>
            {!isFlat && flow.namespace !== flows[index - 1]?.namespace && (
              <tr className="group">
                <th scope="colgroup" colSpan={columns}>
                  <button
                    type="button"
                    className="row"
                    aria-expanded={!folded.has(flow.namespace)}
                    onClick={() => fold(flow.namespace)}
                  >
                    <Icon name={folded.has(flow.namespace) ? "right" : "down"} small className="muted" />
                    {flow.namespace}
                    <span className="count">
                      {flows.filter(({ namespace }) => namespace === flow.namespace).length}
                    </span>
                  </button>
                </th>
              </tr>
            )}
            {(isFlat || !folded.has(flow.namespace)) && (
              <FlowRow
                flow={flow}
                runs={latest.get(keyOf(flow)) ?? []}
                next={next.get(keyOf(flow))}
                isFlat={isFlat}
                isChosen={onChoose ? (chosen?.has(keyOf(flow)) ?? false) : undefined}
                onChoose={(isOn) => choose([keyOf(flow)], isOn)}
                onRun={onRun}
                onLabel={onLabel}
              />
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  );
}
