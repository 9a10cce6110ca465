"""Slots and queues: who holds a slot of what, who waits, and who is next.

Slots are counted from who lives, never kept as a number, so none can leak. Those who wait for just the same stand in
one lane; when something becomes free, only the heads of the lanes that wait for it are looked at. One that is kept
waiting by something else (its key, say) is passed over and keeps nobody behind it from a slot of the pool.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable

from msgspec import Struct

from tiercel.engine.limits.alarms import Alarms
from tiercel.engine.limits.queues import Queues
from tiercel.engine.limits.windows import Window
from tiercel.model.claims import Claim, FlowKey, Lane, Scope
from tiercel.model.flow import Concurrency

_SWEPT_FROM = 1_024
"""How many windows there are before those that are empty are looked for."""


class Obstacle(Struct, frozen=True, kw_only=True):
    """What keeps an execution from starting.

    Attributes:
        is_rate: Too many started lately; else all slots are held.
        limit: The number that is reached.
        free_at: When it is gone by itself; None when nobody knows.
    """

    scope: Scope
    limit: int
    is_rate: bool = False
    free_at: int | None = None


class Ledgers:
    """All slots, queues and windows of starts.

    ``pool_slots`` tells how many slots a pool has; None for a pool that nobody defines, which limits nothing.
    """

    def __init__(self, pool_slots: Callable[[str], int | None]) -> None:
        self._pool_slots = pool_slots
        self._limits: dict[FlowKey, tuple[int, Concurrency | None]] = {}
        self._held: dict[str, Claim] = {}
        self._holders: dict[Scope, dict[str, None]] = {}
        self._queues = Queues()
        self._windows: dict[Scope, Window] = {}
        self._alarms = Alarms()
        self._sweep_at = _SWEPT_FROM

    def set_limits(self, flow: FlowKey, revision: int, limits: Concurrency | None) -> None:
        """Note what a flow says, None for no limit; the newest revision counts for all its executions."""
        known = self._limits.get(flow)
        if known is None or known[0] < revision:
            self._limits[flow] = (revision, limits)

    def limits_of(self, flow: FlowKey) -> Concurrency | None:
        """What the flow says."""
        known = self._limits.get(flow)
        return known[1] if known else None

    def window(self, scope: Scope) -> Window:
        """The starts that count for a rate."""
        found = self._windows.get(scope)
        if found is None:
            found = self._windows[scope] = Window()
        return found

    def sweep(self, now: int) -> None:
        """Forget windows in which nothing counts any more, when there are many more of them than there were."""
        if len(self._windows) < self._sweep_at:
            return
        for scope in list(self._windows):
            limits = self.limits_of((scope[1], scope[2]))
            if limits is None or limits.rate is None or self._windows[scope].count(limits.rate, now) == 0:
                del self._windows[scope]
        self._sweep_at = max(_SWEPT_FROM, 2 * len(self._windows))

    def holds(self, execution_id: str) -> bool:
        """Whether it has a slot."""
        return execution_id in self._held

    def holders(self, scope: Scope) -> list[str]:
        """Who has a slot of that, the longest first."""
        return list(self._holders.get(scope, ()))

    def obstacles(self, claim: Claim, now: int) -> list[Obstacle]:
        """What keeps it from starting now; nothing when it may."""
        found: list[Obstacle] = []
        limits = self.limits_of(claim.flow)
        own = claim.own
        if limits is not None and limits.limit is not None and len(self._holders.get(own, ())) >= limits.limit:
            found.append(Obstacle(scope=own, limit=limits.limit))
        if limits is not None and limits.rate is not None:
            free_at = self.window(own).free_at(limits.rate, now)
            if free_at is None or free_at > now:
                found.append(Obstacle(scope=own, limit=limits.rate.limit, is_rate=True, free_at=free_at))
        if claim.pool:
            slots = self._pool_slots(claim.pool)
            pool = ("pool", claim.pool)
            if slots is not None and len(self._holders.get(pool, ())) >= slots:
                found.append(Obstacle(scope=pool, limit=slots))
        return found

    def hold(self, claim: Claim) -> None:
        """Give it a slot of everything it counts in, whether one is free or not; no effect when it has them."""
        self._queues.leave(claim.execution_id)
        if claim.execution_id in self._held:
            return
        self._held[claim.execution_id] = claim
        for scope in claim.scopes:
            self._holders.setdefault(scope, {})[claim.execution_id] = None

    def wait(self, claim: Claim, asked_at: int) -> None:
        """Let it stand in its lane; no effect when it does."""
        self._queues.join(claim, asked_at)

    def lane(self, claim: Claim) -> list[str]:
        """Who waits for just the same as this one, next first."""
        return self._queues.names(claim.lane)

    def leave(self, execution_id: str) -> tuple[Scope, ...]:
        """Forget an execution; gives what it held a slot of."""
        self._queues.leave(execution_id)
        claim = self._held.pop(execution_id, None)
        if claim is None:
            return ()
        for scope in claim.scopes:
            holders = self._holders[scope]
            del holders[execution_id]
            if not holders:
                del self._holders[scope]
        window = self._windows.get(claim.own)
        if window is not None:
            window.withdraw(execution_id)
        return claim.scopes

    def start(self, claim: Claim, now: int) -> None:
        """Count a start from now on, where a rate counts them."""
        self.window(claim.own).start(claim.execution_id, now)
        self.sweep(now)
        for lane in self._queues.lanes_for((claim.own,)):
            head = self._queues.claim(self._queues.head(lane))
            self._watch(head, self.obstacles(head, now))

    def let_in(self, scopes: Iterable[Scope], now: int) -> list[str]:
        """Give slots to those who wait for any of these, in order, for as long as there are some."""
        return self._let_in(self._queues.lanes_for(scopes), now)

    def let_in_lane(self, claim: Claim, now: int) -> list[str]:
        """Give slots to those who wait for just the same as this one, for as long as there are some."""
        return self._let_in([claim.lane], now)

    def let_in_flow(self, flow: FlowKey, now: int) -> list[str]:
        """Give slots to those of a flow who may have one."""
        return self._let_in(self._queues.lanes_of_flow(flow), now)

    def let_in_all(self, now: int) -> list[str]:
        """Give slots to everybody who may have one."""
        return self._let_in(self._queues.lanes(), now)

    def let_in_due(self, now: int) -> list[str]:
        """Give slots to those a rate kept waiting until now."""
        return self._let_in(self._alarms.pop_due(now), now)

    def next_at(self) -> int | None:
        """When a rate lets the next one in; None when none keeps anybody."""
        return self._alarms.next_at(self._queues)

    def _let_in(self, lanes: list[Lane], now: int) -> list[str]:
        let_in: list[str] = []
        queues = self._queues
        heads = [(queues.head(lane), lane) for lane in lanes if lane in queues]
        heads.sort(key=lambda head: head[0])
        while heads:
            place, lane = heads.pop(0)
            claim = queues.claim(place)
            obstacles = self.obstacles(claim, now)
            if obstacles:
                self._watch(claim, obstacles)
                continue
            self.hold(claim)
            self._promise(claim)
            let_in.append(claim.execution_id)
            if lane in queues:
                insort(heads, (queues.head(lane), lane), key=lambda head: head[0])
        return let_in

    def _watch(self, claim: Claim, obstacles: Iterable[Obstacle]) -> None:
        """Ring when the rate that keeps its lane waiting lets somebody in."""
        for obstacle in obstacles:
            if obstacle.free_at is not None:
                self._alarms.set(claim.lane, obstacle.free_at)

    def _promise(self, claim: Claim) -> None:
        limits = self.limits_of(claim.flow)
        if limits is not None and limits.rate is not None:
            self.window(claim.own).promise(claim.execution_id)
