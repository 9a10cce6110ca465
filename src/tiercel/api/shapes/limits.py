"""Limits and pools as JSON."""

from __future__ import annotations

from tiercel.api.shapes.times import duration, instant
from tiercel.model.json import Json
from tiercel.model.moments import micros_in
from tiercel.operations.limits import UsedLimit, Wait
from tiercel.operations.pools import UsedPool
from tiercel.repository.gatherings import Gathering


def limit_shape(limit: UsedLimit) -> dict[str, Json]:
    """The limits of one flow; what it does not set is left out."""
    limits = limit.limits
    shape: dict[str, Json] = {
        "tenantId": "main",
        "namespace": limit.namespace,
        "flowId": limit.flow_id,
        "limit": limits.limit,
        "running": limit.running,
        "queued": limit.queued,
    }
    if limits.key is not None:
        shape["keys"] = [{"key": one.key, "running": one.running, "queued": one.queued} for one in limit.keys]
    if limits.rate is not None:
        period = duration(micros_in(limits.rate.period))
        shape["rate"] = {"limit": limits.rate.limit, "period": period, "started": limit.started}
    if limits.pool:
        shape["pool"] = limits.pool
    return shape


def wait_shape(wait: Wait) -> dict[str, Json]:
    """What an execution waits for."""
    return {
        "executionId": wait.execution_id,
        "reason": wait.reason,
        "position": wait.position,
        "queued": wait.queued,
        "since": instant(wait.since),
        "key": wait.key,
        "pool": wait.pool or None,
        "priority": wait.priority,
        "holders": list(wait.holders),
        "freeAt": None if wait.free_at is None else instant(wait.free_at),
    }


def gathered_shape(gathering: Gathering | None) -> dict[str, Json]:
    """What a trigger has gathered; None for an event that was taken before."""
    if gathering is None:
        return {"gathered": 0, "due": None, "key": None}
    name = gathering.name or None
    return {
        "gathered": gathering.count,
        "since": instant(gathering.begun_at),
        "due": instant(gathering.due_at),
        "key": name,
    }


def pool_shape(pool: UsedPool) -> dict[str, Json]:
    """A pool with its use."""
    return {
        "name": pool.name,
        "slots": pool.slots,
        "description": pool.description,
        "isFixed": pool.is_fixed,
        "running": pool.running,
        "queued": pool.queued,
        "flows": [{"namespace": namespace, "id": flow_id} for namespace, flow_id in pool.flows],
        "created": None if pool.created_at is None else instant(pool.created_at),
        "updated": None if pool.updated_at is None else instant(pool.updated_at),
    }
