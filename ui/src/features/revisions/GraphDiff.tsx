import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { graphOf } from "../../api/flows";
import { Failure } from "../../components/Failure";
import { Waiting } from "../../components/Waiting";
import { differenceOf, type GraphDifference } from "../../graph/difference";
import { t } from "../../i18n/text";

const GraphView = lazy(async () => ({ default: (await import("../../components/graph/GraphView")).GraphView }));

interface Props {
  old: string;
  now: string;
  changed: ReadonlySet<string>;
}

/** Both graphs as one, with what came, went and changed. */
export function GraphDiff({ old, now, changed }: Props) {
  const before = useQuery(graphOf(old));
  const after = useQuery(graphOf(now));
  const found = useMemo(
    () => (before.data && after.data ? differenceOf(before.data, after.data, changed) : undefined),
    [before.data, after.data, changed],
  );
  const error = before.error ?? after.error;
  return (
    <section className="cmp__g" aria-label={t("Graph")}>
      <div className="cmp__h">
        <h3>{t("Graph")}</h3>
        {found && <span className="small muted">{wordsOf(found)}</span>}
      </div>
      {error ? (
        <div className="page-state">
          <Failure error={error} />
        </div>
      ) : found ? (
        <div className="canvas">
          <Suspense fallback={<Waiting />}>
            <GraphView graph={found.graph} marks={found.marks} onSelect={() => undefined} />
          </Suspense>
        </div>
      ) : (
        <Waiting />
      )}
    </section>
  );
}

function wordsOf({ counts: { add, del, chg, same } }: GraphDifference): string {
  const words = [
    add && t("{count} added", { count: add }),
    del && t("{count} removed", { count: del }),
    chg && t("{count} changed", { count: chg }),
    t("{count} the same", { count: same }),
  ];
  return words.filter(Boolean).join(", ");
}
