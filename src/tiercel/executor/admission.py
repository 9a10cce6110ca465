"""Who may start: one function for every way an execution begins or begins again.

A flow without a limit costs nothing. For one with a limit the executor keeps a ledger of who runs and who waits, read
from the rows of the executions themselves when the flow is first touched, so that a slot cannot leak: what is not live
in the database holds none. A ledger whose changes could not be committed is dropped and read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tiercel.engine.run import Run
from tiercel.model.event import (
    Event,
    ExecutionAdmitted,
    ExecutionQueued,
    ExecutionRefused,
    RunForced,
)
from tiercel.model.execution import Execution, ExecutionKind
from tiercel.model.flow import ConcurrencyBehavior
from tiercel.model.state import State

LimitKey = tuple[str, str]
"""Namespace and id of the flow."""


@dataclass(slots=True)
class Ledger:
    """Who holds a slot, and who waits in order of arrival."""

    live: set[str] = field(default_factory=set)
    queue: dict[str, None] = field(default_factory=dict)


class Admission:
    """The ledgers of all flows with a limit."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._ledgers: dict[LimitKey, Ledger] = {}

    def is_known(self, key: LimitKey) -> bool:
        """Whether the ledger of that flow has been read."""
        return key in self._ledgers

    def learn(self, key: LimitKey, live: Iterable[str], waiting: Iterable[str]) -> None:
        """Take in a ledger as `read_ledger` found it, unless there is one already."""
        self._ledgers.setdefault(key, Ledger(set(live), dict.fromkeys(waiting)))

    def forget(self) -> None:
        """Drop all ledgers; they are read again before they are next needed."""
        self._ledgers.clear()

    def before(self, run: Run, event: Event) -> list[Event]:
        """Turn a start into what the limit makes of it; every other event goes through as it is."""
        if not isinstance(event, (ExecutionAdmitted, RunForced)):
            return [event]
        limit = run.plan.flow.concurrency
        execution = run.execution
        if limit is None or execution.kind is ExecutionKind.LOOP:
            return [event]
        ledger = self._ledgers[key_of(execution)]
        is_free = execution.id in ledger.live or len(ledger.live) < limit.limit
        if is_free or isinstance(event, RunForced):
            ledger.queue.pop(execution.id, None)
            ledger.live.add(execution.id)
            return [event]
        if limit.behavior is ConcurrencyBehavior.QUEUE:
            ledger.queue[execution.id] = None
            return [ExecutionQueued(at=self._clock())]
        return [self._refusal(limit.behavior, execution, limit.limit)]

    def release(self, execution: Execution) -> list[str]:
        """Give back the slot of an execution whose main part has ended; name the one that takes it."""
        ledger = self._ledgers.get(key_of(execution))
        if ledger is None:
            return []
        ledger.queue.pop(execution.id, None)
        if execution.id not in ledger.live:
            return []
        return _pass_on(ledger, execution.id)

    def withdraw(self, execution_ids: Iterable[str]) -> list[str]:
        """Forget executions that are removed before their end; name those that take the slots they held."""
        gone = set(execution_ids)
        following: list[str] = []
        for ledger in self._ledgers.values():
            for one in gone & ledger.queue.keys():
                del ledger.queue[one]
            for one in gone & ledger.live:
                following += _pass_on(ledger, one)
        return following

    def _refusal(self, behavior: ConcurrencyBehavior, execution: Execution, limit: int) -> ExecutionRefused:
        is_cancelled = behavior is ConcurrencyBehavior.CANCEL
        word = "cancelled" if is_cancelled else "failed"
        return ExecutionRefused(
            at=self._clock(),
            state=State.CANCELLED if is_cancelled else State.FAILED,
            message=f"Execution {word}: {limit} of flow {execution.namespace}.{execution.flow_id} run already",
        )


def _pass_on(ledger: Ledger, execution_id: str) -> list[str]:
    """Take a slot from one and give it to who waits longest."""
    ledger.live.discard(execution_id)
    following = next(iter(ledger.queue), None)
    if following is None:
        return []
    del ledger.queue[following]
    ledger.live.add(following)  # the slot is its own from now on, whoever comes before it can read so
    return [following]


def key_of(execution: Execution) -> LimitKey:
    """Which ledger an execution counts in."""
    return execution.namespace, execution.flow_id
