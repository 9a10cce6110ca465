"""What the scheduler needs of the executor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from tiercel.model.execution import Execution


class Executions(Protocol):
    """Those who run executions."""

    async def take_in(self, executions: Iterable[Execution]) -> None:
        """Let executions begin that were just stored."""

    def expect_end(self, execution_id: str) -> asyncio.Future[Execution]:
        """Give a future of an execution that has not begun yet, done when it is over."""

    async def wait(self, execution_id: str) -> Execution:
        """Wait until an execution is over.

        Raises:
            NotFoundError: There is no such execution.
        """
