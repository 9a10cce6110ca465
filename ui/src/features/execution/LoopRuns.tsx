import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { childExecutions } from "../../api/executions";
import { useLive } from "../../api/stream";
import type { TaskRun } from "../../api/types";
import { LoopStrip } from "../../components/LoopStrip";
import { StateMark } from "../../components/StateMark";
import { elapsed, length } from "../../components/times";
import { t } from "../../i18n/text";

interface Props {
  executionId: string;
  run: TaskRun;
  isLive: boolean;
}

/** The iterations of a Loop, which are executions of their own: one is chosen here and opened from here. */
export function LoopRuns({ executionId, run, isLive }: Props) {
  useLive("executions");
  const found = useQuery(childExecutions(executionId, isLive));
  const [chosen, setChosen] = useState<number | undefined>();
  const iterations = useMemo(
    () => (found.data?.results ?? []).filter(({ loopRun }) => loopRun?.taskRunId === run.id),
    [found.data, run.id],
  );
  const shown = useMemo(
    () => iterations.map(({ state, loopRun }) => ({ state: state.current, number: (loopRun?.index ?? 0) + 1 })),
    [iterations],
  );
  const one = chosen === undefined ? undefined : iterations[chosen];
  if (iterations.length === 0) return <p className="small muted loop">{t("No iteration is listed yet.")}</p>;
  return (
    <>
      <LoopStrip name={run.taskId} iterations={shown} selected={chosen} onSelect={setChosen} />
      {one && (
        <p className="row loop__one" role="status">
          <StateMark state={one.state.current} />
          <span className="num">
            {t("Iteration {number}, {time}", {
              number: (one.loopRun?.index ?? 0) + 1,
              time: length(elapsed(one.state)),
            })}
          </span>
          <code className="mono-s muted cut">{JSON.stringify(one.loopRun?.value ?? null)}</code>
          <Link
            className="link push"
            to="/executions/$namespace/$flow/$id"
            params={{ namespace: one.namespace, flow: one.flowId, id: one.id }}
          >
            {t("Open this iteration")}
          </Link>
        </p>
      )}
    </>
  );
}
