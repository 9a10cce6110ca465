import { Link } from "@tanstack/react-router";
import type { Dependencies } from "../../api/dependencies";
import type { LatestExecution } from "../../api/types";
import { Empty } from "../../components/Empty";
import { StateMark } from "../../components/StateMark";
import { CARD, layer } from "../../graph/layers";
import { plural, t } from "../../i18n/text";

const EDGE = 16;

interface Props {
  found: Dependencies;
  /** What it is about, such as `shop.analytics`; nodes of other namespaces name theirs. */
  namespace: string;
  /** The flow that is asked about, if one is. */
  flow?: string;
  /** The last executions of each flow, newest first, by `namespace/id`. */
  latest: ReadonlyMap<string, LatestExecution[]>;
}

/** Flows that start each other: a solid line for a task that runs a flow, a dashed one for a trigger that waits for it. */
export function DependencyView({ found, namespace, flow, latest }: Props) {
  const { at, width, height, alone } = layer(
    found.nodes.map(({ uid }) => uid),
    found.edges,
  );
  const nodes = new Map(found.nodes.map((node) => [node.uid, node]));
  if (at.size === 0)
    return (
      <Empty icon="subflow" title={t("No flow starts another here")}>
        {t("A task of the type Subflow or ForEachItem leads from one flow to another, and so does a Flow trigger.")}
      </Empty>
    );
  return (
    <div className="deps" tabIndex={0} role="region" aria-label={t("Dependencies")}>
      <p className="small muted deps__legend">
        {plural(found.edges.length, { one: "{count} link.", other: "{count} links." })}{" "}
        {t("A line is drawn through for a task that runs a flow, and in dashes for a trigger that waits for its end.")}
      </p>
      <div className="deps__space" style={{ width: width + 2 * EDGE, height: height + 2 * EDGE }}>
        <svg width={width + 2 * EDGE} height={height + 2 * EDGE} aria-hidden="true">
          {found.edges.map(({ source, target, relation }, index) => {
            const [from, to] = [at.get(source), at.get(target)];
            if (!from || !to) return null;
            return (
              <path
                key={index}
                className={relation === "FLOW_TRIGGER" ? "deps__line deps__line--waits" : "deps__line"}
                d={curve(from, to)}
              />
            );
          })}
        </svg>
        <ul>
          {[...at].map(([uid, place]) => {
            const node = nodes.get(uid);
            if (!node) return null;
            const isSelf = node.namespace === namespace && node.id === flow;
            const [last] = latest.get(`${node.namespace}/${node.id}`) ?? [];
            return (
              <li
                key={uid}
                className="deps__card"
                aria-current={isSelf ? "true" : undefined}
                style={{ left: place.x + EDGE, top: place.y + EDGE, width: CARD.width, height: CARD.height }}
              >
                {last && <StateMark state={last.status} form="glyph" />}
                <span className="deps__words">
                  <Link className="name cut" to="/flows/edit/$namespace/$id" params={node}>
                    {node.id}
                  </Link>
                  <span className="small muted cut">{node.namespace}</span>
                </span>
              </li>
            );
          })}
        </ul>
      </div>
      {alone.length > 0 && (
        <p className="small muted deps__legend">
          {plural(
            alone.length,
            { one: "{count} flow has no link: {names}", other: "{count} flows have no link: {names}" },
            { names: alone.map((uid) => nodes.get(uid)?.id).join(", ") },
          )}
        </p>
      )}
    </div>
  );
}

function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const [x, y] = [from.x + CARD.width + EDGE, from.y + CARD.height / 2 + EDGE];
  const [u, v] = [to.x + EDGE, to.y + CARD.height / 2 + EDGE];
  const bend = Math.max(28, Math.abs(u - x) / 2);
  return `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`;
}
