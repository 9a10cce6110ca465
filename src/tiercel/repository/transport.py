"""How those who ask for something reach the executor that owns the execution.

In one process this is a call into the executor's queue; between processes it is an inbox row and a wake-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from tiercel.model.claims import FlowKey
from tiercel.model.event import Event
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import Concurrency


class Transport(Protocol):
    """The way to the executors. The methods return after the commit that makes the request durable."""

    async def start(self, execution: Execution, task_runs: Sequence[TaskRun] = (), *, is_fresh: bool = False) -> None:
        """Store a new execution, with the task runs a replay keeps, and let its executor admit it.

        ``is_fresh`` says that its id was made for it just now, which spares looking whether there is one.

        Raises:
            ConflictError: An execution of that id exists.
            UnavailableError: It could not be stored.
        """

    async def take_in(self, executions: Iterable[Execution]) -> None:
        """Let executions begin that the caller has just stored; after a crash they begin without this."""

    async def submit(self, execution_id: str, event: Event) -> None:
        """Hand an event to the execution.

        Raises:
            NotFoundError: There is no such execution.
            UnavailableError: It could not be stored.
        """

    async def note_saved(self, flow: FlowKey, revision: int, limits: Concurrency | None) -> None:
        """Tell executors what a flow that was just saved says of limits; who waits starts when they allow it."""

    async def discard(self, execution_ids: Iterable[str]) -> None:
        """Let executors drop executions and stop what runs for them; call it before their rows are removed."""
