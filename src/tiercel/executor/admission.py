"""Who may start: one function for every way an execution begins or begins again.

A flow without a limit costs nothing. For the others the executor keeps ledgers of who runs and who waits, read from the
rows of the executions themselves, so that a slot cannot leak: what is not live in the database holds none. Ledgers
whose changes could not be committed are dropped and read again.

A slot that becomes free belongs to the next one in the same turn. That one is told so by an event, and should the
process die before it reads it, whoever waits is looked at anew when the ledgers are read at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, field

from tiercel.engine.limits.ledgers import Ledgers, Obstacle
from tiercel.engine.limits.words import refusal
from tiercel.engine.run import Run
from tiercel.model.claims import Claim, FlowKey, Scope, claim_of
from tiercel.model.event import Event, ExecutionAdmitted, ExecutionQueued, ExecutionRefused, RunForced
from tiercel.model.execution import Execution, ExecutionKind
from tiercel.model.flow import Concurrency, ConcurrencyBehavior
from tiercel.model.moments import micros_in
from tiercel.model.state import State
from tiercel.repository.limits import LimitStart, Standing


class Verdict(Struct, frozen=True):
    """What limits make of an event.

    Attributes:
        events: What is to be decided about instead.
        start: To be stored with it, when a rate counts the start.
        following: Others that were given a slot.
    """

    events: Sequence[Event]
    start: LimitStart | None = None
    following: Sequence[str] = field(default_factory=list)


class Admission:
    """The ledgers of all flows with a limit, and of the pools."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.pool_slots: Callable[[str], int | None] = lambda _: None
        self._known: set[FlowKey] = set()
        self._learning: dict[FlowKey, set[str]] = {}
        self.ledgers = Ledgers(self._slots_of)

    def is_known(self, key: FlowKey) -> bool:
        """Whether the ledger of that flow has been read."""
        return key in self._known

    def begin_learning(self, key: FlowKey) -> None:
        """Say that the ledger of a flow is being read; those that end meanwhile hold nothing, whatever is read."""
        self._learning.setdefault(key, set())

    def learn(self, key: FlowKey, standings: Iterable[Standing], starts: Iterable[tuple[Scope, int]]) -> None:
        """Take in a ledger as it was read, unless there is one already."""
        gone = self._learning.pop(key, set())
        if key in self._known:
            return
        self._known.add(key)
        for standing in standings:
            if standing.claim.execution_id in gone:
                continue
            if standing.waits_since is None:
                self.ledgers.hold(standing.claim)
            else:
                self.ledgers.wait(standing.claim, standing.waits_since)
        for scope, at in starts:
            self.ledgers.window(scope).add(at)

    def note_limits(self, key: FlowKey, revision: int, limits: Concurrency | None) -> None:
        """Note what a revision of a flow says; the newest one counts for all its executions."""
        self.ledgers.set_limits(key, revision, limits)

    def note_saved(self, key: FlowKey, revision: int, limits: Concurrency | None) -> list[str]:
        """Note what a flow says that was just saved; names those that may start because of it."""
        if key not in self._known and key not in self._learning:
            return []  # it is read together with the ledger
        self.ledgers.set_limits(key, revision, limits)
        return self.ledgers.let_in_flow(key, self._clock())

    def forget(self) -> None:
        """Drop all ledgers; they are read again before they are next needed."""
        self._known.clear()
        self._learning.clear()
        self.ledgers = Ledgers(self._slots_of)

    def before(self, run: Run, event: Event) -> Verdict:
        """Turn a start into what the limits make of it; every other event goes through as it is."""
        limits = run.plan.flow.concurrency
        if limits is None or not isinstance(event, (ExecutionAdmitted, RunForced)):
            return Verdict((event,))
        if run.execution.kind is ExecutionKind.LOOP or run.execution.state not in _WAITING:
            return Verdict((event,))  # a part of another, or one that has begun or ended meanwhile
        claim = claim_of(run.execution)
        if isinstance(event, RunForced) or self.ledgers.holds(claim.execution_id):
            return self._started(claim, event)
        return self._asked(claim, event)

    def release(self, execution: Execution) -> list[str]:
        """Give back the slots of an execution whose main part has ended; name those that take them."""
        if self._learning:
            self._note_gone(execution.id)
        if (execution.namespace, execution.flow_id) not in self._known:
            return []
        return self._leave(execution.id)

    def withdraw(self, execution_ids: Iterable[str]) -> list[str]:
        """Forget executions that are removed before their end; name those that take the slots they held."""
        following: list[str] = []
        for execution_id in execution_ids:
            self._note_gone(execution_id)
            following += self._leave(execution_id)
        return following

    def next_at(self) -> int | None:
        """When a rate lets the next one in."""
        return self.ledgers.next_at()

    def let_in_due(self) -> list[str]:
        """Give slots to those a rate kept waiting until now; names them."""
        return self.ledgers.let_in_due(self._clock())

    def let_in_all(self) -> list[str]:
        """Give slots to everybody who may have one, after a limit was raised or ledgers were read; names them."""
        return self.ledgers.let_in_all(self._clock())

    def _asked(self, claim: Claim, event: Event) -> Verdict:
        now = self._clock()
        limits = self.ledgers.limits_of(claim.flow)
        if limits is None or limits.behavior is ConcurrencyBehavior.QUEUE:
            return self._asked_to_wait(claim, event, now)
        obstacles = self.ledgers.obstacles(claim, now)
        if not obstacles:
            self.ledgers.hold(claim)
            return self._started(claim, event)
        return Verdict([self._refused(limits.behavior, obstacles)])

    def _asked_to_wait(self, claim: Claim, event: Event, now: int) -> Verdict:
        """Let it stand in its lane, and see who may go: that keeps the order, whatever became free a moment ago."""
        self.ledgers.wait(claim, now)
        following = self.ledgers.let_in_lane(claim, now)
        if claim.execution_id not in following:
            return Verdict([ExecutionQueued(at=now)], following=following)
        following.remove(claim.execution_id)
        started = self._started(claim, event)
        return Verdict(started.events, started.start, following)

    def _started(self, claim: Claim, event: Event) -> Verdict:
        """Let it start with the slots it has, or takes in spite of everything."""
        self.ledgers.hold(claim)
        limits = self.ledgers.limits_of(claim.flow)
        if limits is None or limits.rate is None:
            return Verdict((event,))
        now = self._clock()
        self.ledgers.start(claim, now)
        expires_at = now + micros_in(limits.rate.period)
        return Verdict((event,), LimitStart(claim.own, now, claim.execution_id, expires_at))

    def _leave(self, execution_id: str) -> list[str]:
        return self.ledgers.let_in(self.ledgers.leave(execution_id), self._clock())

    def _note_gone(self, execution_id: str) -> None:
        for gone in self._learning.values():
            gone.add(execution_id)

    def _slots_of(self, pool: str) -> int | None:
        return self.pool_slots(pool)

    def _refused(self, behavior: ConcurrencyBehavior, obstacles: Sequence[Obstacle]) -> ExecutionRefused:
        is_cancelled = behavior is ConcurrencyBehavior.CANCEL
        word = "cancelled" if is_cancelled else "failed"
        return ExecutionRefused(
            at=self._clock(),
            state=State.CANCELLED if is_cancelled else State.FAILED,
            message=f"Execution {word}: {refusal(obstacles)}",
        )


_WAITING = frozenset({State.CREATED, State.RESTARTED, State.QUEUED})
"""Nothing of it runs, so a start is one."""


def key_of(execution: Execution) -> FlowKey:
    """Which flow's ledger an execution counts in."""
    return execution.namespace, execution.flow_id
