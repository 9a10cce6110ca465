"""Those who wait until an execution is over."""

from __future__ import annotations

import asyncio
from functools import partial

from tiercel.errors import NotFoundError
from tiercel.executor.memory import Memory
from tiercel.model.execution import Execution
from tiercel.repository.database import Database
from tiercel.repository.executions import find_execution


class Endings:
    """Futures of ends; each is done after the commit that stores the end."""

    def __init__(self, memory: Memory, database: Database) -> None:
        self._memory = memory
        self._database = database
        self._waiting: dict[str, list[asyncio.Future[Execution]]] = {}

    def expect(self, execution_id: str) -> asyncio.Future[Execution]:
        """Give a future of the execution as it is once it is over; to be given up with ``unexpect``."""
        future: asyncio.Future[Execution] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(execution_id, []).append(future)
        return future

    def unexpect(self, execution_id: str, future: asyncio.Future[Execution]) -> None:
        """Give up waiting."""
        waiting = self._waiting.get(execution_id, [])
        if future in waiting:
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(execution_id, None)

    async def wait(self, execution_id: str) -> Execution:
        """Wait until an execution is over that has begun, or may be over already.

        Raises:
            NotFoundError: There is no such execution.
            UnavailableError: The database cannot be read.
        """
        end = self.expect(execution_id)
        try:
            resident = self._memory.residents.find(execution_id)
            if resident is not None and resident.run.execution.is_over and not resident.untold_ends:
                return resident.run.execution
            if resident is None:
                stored = await self._database.read(partial(find_execution, execution_id=execution_id))
                if stored is None:
                    raise NotFoundError("execution", execution_id)
                if stored.is_over:
                    return stored
            return await end
        finally:
            self.unexpect(execution_id, end)

    def tell(self, execution: Execution) -> None:
        """Tell those who wait for it that an execution is over."""
        for future in self._waiting.pop(execution.id, ()):
            if not future.done():
                future.set_result(execution)

    def refuse(self, error: BaseException) -> None:
        """Tell all that nobody will tell them."""
        for futures in self._waiting.values():
            for future in futures:
                if not future.done():
                    future.set_exception(error)
        self._waiting.clear()
