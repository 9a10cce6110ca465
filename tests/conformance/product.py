"""What the runner needs of the product, in the words of the cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from conformance.view import View
from tiercel.errors import TiercelError
from tiercel.model.dialect import DialectSetting
from tiercel.model.flow import Flow
from tiercel.model.state import State


class RefusedError(Exception):
    """The product refused an action; the message is what a user would read."""

    def __init__(self, error: TiercelError) -> None:
        self.error = error
        super().__init__(str(error))


@dataclass(slots=True, kw_only=True)
class Start:
    """One start of an execution. ``mode`` is engine (inputs as they are) or api (typed and checked).

    ``is_for_disabled`` starts a disabled flow too: the engine does, its callers refuse before they ask it.
    """

    namespace: str
    flow_id: str
    inputs: Mapping[str, object] = field(default_factory=dict)
    labels: Sequence[tuple[str, str]] = ()
    mode: str = "api"
    scheduled_in_seconds: float | None = None
    is_for_disabled: bool = False


class Product(Protocol):
    """An installation under test. Methods raise RefusedError for what the product refuses."""

    async def save(self, source: str, dialect: DialectSetting = DialectSetting.AUTO) -> Flow:
        """Store a flow, as a new one or a new revision."""

    async def start(self, start: Start) -> str:
        """Start an execution and give its id."""

    async def kill(self, id_: str) -> None:
        """Kill an execution."""

    async def resume(self, id_: str, inputs: Mapping[str, object] | None, to_state: State | None) -> None:
        """Resume a paused execution."""

    async def restart(self, id_: str, revision: int | None) -> str:
        """Restart an execution; the id it goes on under."""

    async def replay(self, id_: str, task_run_id: str | None) -> str:
        """Replay an execution; the id of the new one."""

    async def set_task_run_state(self, id_: str, task_run_id: str, state: State) -> None:
        """Change the state of a task run by hand."""

    async def view(self, id_: str) -> View | None:
        """The execution as stored, None when it is not."""

    async def executions(self, namespace: str | None = None) -> list[str]:
        """The ids of all executions, iterations of loops too, oldest first."""

    async def is_followed(self, ids: AbstractSet[str]) -> bool:
        """Tell whether Flow triggers are still to look at one of these executions."""
