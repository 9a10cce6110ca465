import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type FlowLimit, flowLimits, type Pool, pools } from "../../api/installation";
import { useLive } from "../../api/stream";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { plural, t } from "../../i18n/text";
import { PoolDialog } from "./PoolDialog";
import { Slots } from "./Slots";
import { Waiters } from "./Waiters";

/** Pools and limits of flows: how many slots are taken, by whom, and who waits. */
export function LimitsTab() {
  const shared = useQuery(pools);
  const limits = useQuery(flowLimits);
  useLive("executions");
  const [changing, setChanging] = useState<Pool | "new" | null>(null);
  return (
    <>
      <section className="syspart" aria-labelledby="pools">
        <div className="row">
          <h2 id="pools">{t("Pools")}</h2>
          <span className="small muted">{t("slots that several flows share")}</span>
          <button className="btn btn--s push" type="button" onClick={() => setChanging("new")}>
            <Icon name="plus" small />
            {t("New pool")}
          </button>
        </div>
        <Loaded query={shared}>
          {(all) =>
            all.length === 0 ? (
              <p className="muted">
                {t("There is no pool. A flow names one in its concurrency, to share slots with others.")}
              </p>
            ) : (
              <ul className="limits">
                {all.map((pool) => (
                  <PoolRow key={pool.name} pool={pool} onChange={() => setChanging(pool)} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <section className="syspart" aria-labelledby="flow-limits">
        <h2 id="flow-limits">{t("Limits of flows that are in use")}</h2>
        <Loaded query={limits}>
          {(all) =>
            all.length === 0 ? (
              <p className="muted">{t("No execution holds a slot of a limit, and none waits for one.")}</p>
            ) : (
              <ul className="limits">
                {all.map((limit) => (
                  <LimitRow key={`${limit.namespace}/${limit.flowId}`} limit={limit} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </section>
      <Waiters />
      {changing && <PoolDialog pool={changing === "new" ? undefined : changing} onClose={() => setChanging(null)} />}
    </>
  );
}

function PoolRow({ pool, onChange }: { pool: Pool; onChange: () => void }) {
  const { name, slots, running, queued, flows, description, isFixed } = pool;
  return (
    <li>
      <span className="mono-s med cut">{name}</span>
      <Slots name={name} taken={running} of={slots} />
      <span className="limits__words">
        {sentence(running, slots, queued)}
        {description && <span className="muted"> {description}</span>}
        {flows.length > 0 && (
          <span className="muted">
            {" "}
            {t("Held by")}{" "}
            {flows.map(({ namespace, flowId }, index) => (
              <span key={`${namespace}/${flowId}`}>
                {index > 0 && ", "}
                <Link className="link" to="/executions" search={{ namespace, flow: flowId, state: ["RUNNING"] }}>
                  {flowId}
                </Link>
              </span>
            ))}
          </span>
        )}
      </span>
      {isFixed ? (
        <span className="small muted">{t("set in the configuration")}</span>
      ) : (
        <button className="btn btn--s" type="button" aria-label={t("Change {name}", { name })} onClick={onChange}>
          {t("Change")}
        </button>
      )}
    </li>
  );
}

function LimitRow({ limit }: { limit: FlowLimit }) {
  const { namespace, flowId, running, queued = 0, limit: most, pool } = limit;
  return (
    <li>
      <Link className="name cut" to="/flows/edit/$namespace/$id" params={{ namespace, id: flowId }}>
        {flowId}
      </Link>
      {most === undefined ? (
        <span className="small muted">{pool && t("pool {pool}", { pool })}</span>
      ) : (
        <Slots name={flowId} taken={running} of={most} />
      )}
      <span className="limits__words">
        {most === undefined ? waits(queued) : sentence(running, most, queued)}{" "}
        <span className="muted">{namespace}</span>
      </span>
      <Link className="btn btn--s" to="/executions" search={{ namespace, flow: flowId, state: ["RUNNING", "QUEUED"] }}>
        {t("Who holds it")}
      </Link>
    </li>
  );
}

function sentence(running: number, slots: number, queued: number): string {
  return `${running >= slots ? t("Full.") : t("Free.")} ${waits(queued)}`;
}

function waits(queued: number): string {
  return queued === 0 ? t("Nobody waits.") : plural(queued, { one: "{count} waits.", other: "{count} wait." });
}
