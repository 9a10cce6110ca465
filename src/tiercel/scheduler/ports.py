"""What the scheduler needs of the executor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from tiercel.model.execution import Execution


class Executions(Protocol):
    """Those who run executions."""

    def take_in(self, execution_ids: Iterable[str]) -> None:
        """Let executions that were stored begin."""

    async def wait(self, execution_id: str) -> Execution:
        """Wait until an execution is over.

        Raises:
            NotFoundError: There is no such execution.
        """
