import { useQuery } from "@tanstack/react-query";
import { flowPage, latestExecutions } from "../../api/flows";
import { useLive } from "../../api/stream";
import { nextStarts } from "../../api/triggers";
import type { Flow } from "../../api/types";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { t } from "../../i18n/text";
import { FlowTable } from "./FlowTable";
import { nextOf } from "./next";

const SIZE = 100;
const RUNS = 20;

interface Props {
  namespace: string;
  onRun: (flow: Flow) => void;
  onLabel: (label: string) => void;
}

/** The flows of a namespace and of those below it. */
export function NamespaceFlows({ namespace, onRun, onLabel }: Props) {
  useLive("flows", "executions");
  const flows = useQuery(flowPage({ namespace, page: 1, size: SIZE }));
  const latest = useQuery(latestExecutions(flows.data?.results ?? [], RUNS));
  const next = useQuery(nextStarts({ namespace, size: SIZE }));
  return (
    <div className="ex__main">
      <Loaded query={flows}>
        {({ results, total }) =>
          results.length === 0 ? (
            <Empty icon="flows" title={t("No flow yet")}>
              {t("A flow belongs to a namespace because its text says so: {line}", {
                line: `namespace: ${namespace}`,
              })}
            </Empty>
          ) : (
            <>
              <FlowTable
                flows={results}
                latest={latest.data ?? new Map()}
                next={nextOf(next.data ?? [])}
                isFlat={false}
                onRun={onRun}
                onLabel={onLabel}
              />
              {total > SIZE && (
                <p className="page-state muted">
                  {t("The first {shown} of {total}; the list of flows shows all.", { shown: SIZE, total })}
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </div>
  );
}
