"""What is told to those who follow executions: changes and log lines, after they were committed.

The executor publishes; HTTP streams and waiting starts subscribe. Nothing here reads the database.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from msgspec import Struct

from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry
from tiercel.operations.tally import Tally


class ExecutionChanged(Struct, frozen=True):
    """An execution was committed. None of it may be changed.

    Attributes:
        task_runs: Those that changed with it.
        removed: Ids of those that are gone: a restart or a new round took them away.
    """

    execution: Execution
    task_runs: tuple[TaskRun, ...] = ()
    removed: tuple[str, ...] = ()


class LogsWritten(Struct, frozen=True):
    """Lines of one execution, or of one trigger or flow with an empty id, were committed, in order."""

    execution_id: str
    entries: tuple[LogEntry, ...]


class ChangeMissed(Struct, frozen=True):
    """An execution was committed in a way that began before this subscription: read it again."""

    execution_id: str


class Changed(Struct, frozen=True, kw_only=True):
    """Somebody saved or deleted something.

    Attributes:
        resource: What it is, as the rights name it.
        action: CREATE, UPDATE or DELETE.
        id: Within the namespace; empty when it is about several.
        author: Who did it; empty when nobody is known.
        revision: The new one, of what has revisions.
    """

    resource: str
    action: str
    namespace: str
    id: str
    author: str = ""
    revision: int | None = None


def trigger_changed(key: tuple[str, str, str]) -> Changed:
    """What is told of a trigger that nobody changed: it was looked at, or its execution is over."""
    namespace, flow_id, trigger_id = key
    return Changed(resource="TRIGGER", action="UPDATE", namespace=namespace, id=f"{flow_id}.{trigger_id}")


Change: TypeAlias = ExecutionChanged | LogsWritten | ChangeMissed | Changed


class Subscription(Protocol):
    """The changes since the subscription began, in order.

    Attributes:
        lost: How many were dropped because the subscriber is too far behind.
    """

    lost: int

    async def next(self, timeout_seconds: float | None = None) -> Change | None:
        """Wait for the next change; None when the time is over or the publisher closes."""


class Streams(Protocol):
    """The fan-out of changes in this process.

    Attributes:
        tally: What was published, counted whether anybody follows or not.
    """

    tally: Tally

    def subscribe(self, execution_id: str | None = None) -> AbstractContextManager[Subscription]:
        """Follow one execution, or all; the subscription ends with the context.

        A subscriber that falls far behind loses its oldest changes of task runs, never the last of the execution.
        """

    def publish(self, change: Changed | LogsWritten) -> None:
        """Tell those who follow everything what belongs to no execution; call it after the commit."""
