"""Failed executions that nobody has been told of yet, gathered by flow. For one event loop."""

from __future__ import annotations

import asyncio

from msgspec import Struct

from tiercel.model.execution import Execution, ExecutionKind
from tiercel.model.state import State

_MOST_FLOWS = 1000


class Failed(Struct, frozen=True, kw_only=True):
    """Failures of one flow: how many, and the last of them."""

    namespace: str
    flow_id: str
    execution_id: str
    at: int
    count: int = 1


class Failures:
    """Takes what failed and gives it, gathered, to the one who tells of it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Failed] = {}
        self._is_filled = asyncio.Event()

    def note(self, execution: Execution) -> None:
        """Take an execution that is over; only those that failed by themselves and were no trial count."""
        if execution.state is not State.FAILED or execution.kind is not ExecutionKind.NORMAL:
            return
        self.put(
            Failed(
                namespace=execution.namespace,
                flow_id=execution.flow_id,
                execution_id=execution.id,
                at=execution.history[-1][1],
            )
        )

    def put(self, failed: Failed) -> None:
        """Add failures of a flow; those of flows beyond a thousand at once are left out."""
        key = (failed.namespace, failed.flow_id)
        before = self._found.pop(key, None)
        if before is None and len(self._found) >= _MOST_FLOWS:
            return
        self._found[key] = _joined(before, failed) if before is not None else failed
        self._is_filled.set()

    async def take(self) -> list[Failed]:
        """Wait until something failed, and give all there is."""
        await self._is_filled.wait()
        self._is_filled.clear()
        found = list(self._found.values())
        self._found.clear()
        return found


def _joined(before: Failed, failed: Failed) -> Failed:
    last = max(before, failed, key=lambda one: one.at)
    return Failed(
        namespace=last.namespace,
        flow_id=last.flow_id,
        execution_id=last.execution_id,
        at=last.at,
        count=before.count + failed.count,
    )
