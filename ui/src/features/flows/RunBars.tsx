import { Link } from "@tanstack/react-router";
import type { LatestExecution } from "../../api/types";
import { lookOf } from "../../components/states";
import { length, moment } from "../../components/times";
import { plural } from "../../i18n/text";

const MOST = 20;

/** The last runs of a flow, the newest at the right: as high as they took long, with a mark below those that failed. */
export function RunBars({ flow, runs }: { flow: string; runs: readonly LatestExecution[] }) {
  if (runs.length === 0) return null;
  const shown = runs.slice(0, MOST).toReversed();
  const longest = Math.max(1, ...shown.map(tookOf));
  const failed = shown.filter(({ status }) => status === "FAILED").length;
  const sentence =
    failed === 0
      ? plural(
          shown.length,
          { one: "The last run of {flow} did not fail", other: "The last {count} runs of {flow}: none failed" },
          { flow },
        )
      : plural(
          shown.length,
          { one: "The last run of {flow} failed", other: "The last {count} runs of {flow}: {failed} failed" },
          { flow, failed },
        );
  const newest = shown.at(-1);
  return (
    <Link
      className="runbars"
      to="/executions"
      search={newest ? { namespace: newest.namespace, flow: newest.flowId } : {}}
      aria-label={sentence}
    >
      {Array.from({ length: MOST - shown.length }, (_, index) => (
        <i key={`none ${index}`} className="none" />
      ))}
      {shown.map((run) => (
        <i
          key={run.id}
          className={lookOf(run.status).className}
          style={{ "--h": `${Math.max(12, (tookOf(run) / longest) * 100)}%` }}
          title={`${lookOf(run.status).word}, ${moment(run.startDate)}, ${length(tookOf(run))}`}
        />
      ))}
    </Link>
  );
}

function tookOf({ startDate, endDate }: LatestExecution): number {
  if (!startDate) return 0;
  return (endDate ? Date.parse(endDate) : Date.now()) - Date.parse(startDate);
}
