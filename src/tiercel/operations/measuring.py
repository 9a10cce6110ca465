"""What those who watch over an installation are told in numbers."""

from __future__ import annotations

from msgspec import Struct

from tiercel.operations.actor import SYSTEM, Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.limits import UsedLimit, list_limits
from tiercel.operations.pools import UsedPool, list_used_pools
from tiercel.operations.tally import EndKey, Ends
from tiercel.operations.work_tally import WorkTally
from tiercel.repository import usages as repository
from tiercel.repository.gatherings import count_events


class Measures(Struct, frozen=True):
    """Counts of this process since its start, and of what is stored now.

    Attributes:
        ends: Executions that are over.
        dispatched: Jobs handed to workers.
        live: Executions that are not over, by state.
        triggers: Triggers that a flow declares.
        limits: Those of flows that executions hold slots of or wait for.
        pools: Slots that flows share.
        stopped: Flows that were stopped since executions led to too many of them.
        gathered: Events that triggers gathered and that have started nothing yet.
        work: What the worker did, and does now.
        threads: How many synchronous tasks run at once at most.
        followers: Who follows notifications.
    """

    ends: dict[EndKey, Ends]
    dispatched: int
    live: dict[str, int]
    triggers: int
    limits: list[UsedLimit]
    pools: list[UsedPool]
    stopped: int
    gathered: int
    work: WorkTally
    threads: int
    followers: int


@operation(Resource.INSTANCE, Action.READ)
async def measure(environment: Environment, actor: Actor) -> Measures:
    """Give the numbers of all namespaces, with the names of their flows."""
    actor.require(Resource.INSTANCE, Action.READ, "")
    live, triggers, gathered = await environment.database.read(
        lambda connection: (
            repository.count_live(connection),
            repository.count_triggers(connection),
            count_events(connection),
        )
    )
    tally = environment.streams.tally
    return Measures(
        ends=dict(tally.ends),
        dispatched=tally.dispatched,
        live=live,
        triggers=triggers,
        limits=await list_limits(environment, SYSTEM),
        pools=await list_used_pools(environment, SYSTEM),
        stopped=len(environment.breakers.stopped()),
        gathered=gathered,
        work=tally.work,
        threads=environment.settings.worker.threads,
        followers=len(environment.noticeboard.readers),
    )
