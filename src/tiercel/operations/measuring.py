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
from tiercel.repository.triggers import LateTriggers, count_late


class TriggerWatch(Struct, frozen=True, kw_only=True):
    """How triggers do.

    Attributes:
        due: Those that should have been looked at by now.
        lag_micros: For how long the first of them waits.
        failing: Those whose last look or start failed.
        locked: Those that wait for an execution of theirs.
        looks: Polling triggers that workers look for.
        listeners: Realtime triggers that listen.
        fired: Executions they started, by type of trigger.
        faults: Steps of the scheduler that failed.
        restarts: How often it had to be begun again.
        idle_micros: For how long the scheduler has not done all that was due.
    """

    due: int
    lag_micros: int
    failing: int
    locked: int
    looks: int
    listeners: int
    fired: dict[str, int]
    faults: int
    restarts: int
    idle_micros: int


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
        watch: How triggers do.
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
    watch: TriggerWatch


def _watch(environment: Environment, counts: LateTriggers, now: int) -> TriggerWatch:
    pulse = environment.bell.pulse
    return TriggerWatch(
        due=counts.due,
        lag_micros=0 if counts.first_at is None else max(0, now - counts.first_at),
        failing=counts.failing,
        locked=counts.locked,
        looks=pulse.looks,
        listeners=pulse.listeners,
        fired=dict(pulse.fired),
        faults=pulse.faults,
        restarts=pulse.restarts,
        idle_micros=max(0, now - pulse.stepped_at) if pulse.is_expected else 0,
    )


@operation(Resource.INSTANCE, Action.READ)
async def measure(environment: Environment, actor: Actor) -> Measures:
    """Give the numbers of all namespaces, with the names of their flows."""
    actor.require(Resource.INSTANCE, Action.READ, "")
    now = environment.clock()
    live, triggers, counts, gathered = await environment.database.read(
        lambda connection: (
            repository.count_live(connection),
            repository.count_triggers(connection),
            count_late(connection, now),
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
        stopped=environment.breakers.stopped_count,
        gathered=gathered,
        work=tally.work,
        threads=environment.settings.worker.threads,
        followers=len(environment.noticeboard.readers),
        watch=_watch(environment, counts, now),
    )
