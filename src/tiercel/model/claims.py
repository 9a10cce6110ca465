"""What an execution counts in, and the note of it that survives a restart of the process."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from tiercel.model.execution import Execution
from tiercel.model.flow import Concurrency
from tiercel.model.json import Json

NOTE = "limits"
"""The note of an execution whose flow limits it by more than a plain number: key, pool and priority as rendered."""

AGEING_MICROS = 60_000_000
"""How much longer one must have waited to make up for one point of priority."""

FlowKey: TypeAlias = tuple[str, str]
"""Namespace and id."""

Scope: TypeAlias = tuple[str, ...]
"""What slots belong to: ``("flow", namespace, id)``, ``("key", namespace, id, key)`` or ``("pool", name)``."""

Lane: TypeAlias = tuple[str, str, str | None, str]
"""Those who wait for just the same: namespace, flow, key, pool."""


class Claim(Struct, frozen=True, kw_only=True):
    """What one execution counts in.

    Attributes:
        key: None for a flow that has no key.
        pool: Empty for none.
    """

    execution_id: str
    namespace: str
    flow_id: str
    key: str | None = None
    pool: str = ""
    priority: float = 0.0

    @property
    def flow(self) -> FlowKey:
        """The flow it is of."""
        return self.namespace, self.flow_id

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return self.namespace, self.flow_id, self.key, self.pool

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """Everything of which it holds a slot while it runs."""
        found: list[Scope] = [("flow", self.namespace, self.flow_id)]
        if self.key is not None:
            found.append(("key", self.namespace, self.flow_id, self.key))
        if self.pool:
            found.append(("pool", self.pool))
        return tuple(found)

    @property
    def own(self) -> Scope:
        """What the limit and the rate of its flow are counted in."""
        return self.scopes[0] if self.key is None else self.scopes[1]

    def rank(self, asked_at: int) -> float:
        """Its place among those who wait, smallest first.

        A point of priority is worth as much as a minute of waiting, so whoever waits comes to be first some time,
        and the order of two never changes while they wait.
        """
        return asked_at - self.priority * AGEING_MICROS


def claim_of(execution: Execution) -> Claim:
    """Read what an execution counts in."""
    return read_claim(execution.id, (execution.namespace, execution.flow_id), execution.notes.get(NOTE))


def read_claim(execution_id: str, flow: FlowKey, note: Json) -> Claim:
    """Read the note of an execution; one without a note counts in its flow alone."""
    given = note if isinstance(note, dict) else {}
    return Claim(
        execution_id=execution_id,
        namespace=flow[0],
        flow_id=flow[1],
        key=given.get("key"),
        pool=given.get("pool") or "",
        priority=float(given.get("priority") or 0),
    )


def note_of(concurrency: Concurrency, key: str | None, priority: float) -> dict[str, Json]:
    """Make the note of a new execution."""
    note: dict[str, Json] = {}
    if key is not None:
        note["key"] = key
    if concurrency.pool:
        note["pool"] = concurrency.pool
    if priority:
        note["priority"] = priority
    return note
