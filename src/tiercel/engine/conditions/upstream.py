"""What a condition may know of the execution it is tested on."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from tiercel.expressions import Value
from tiercel.model.execution import ExecutionKind
from tiercel.model.json import Json
from tiercel.model.state import State


class Upstream(Struct, frozen=True, kw_only=True):
    """An execution at the moment it entered a state.

    Attributes:
        labels: Pairs in order, system labels included.
        outputs: Of its flow; None when it has none yet.
        attempts: The state of every attempt of every task run.
        variables: What expressions of that execution see; may be lazy.
        started_at: In microseconds since 1970, as ``ended_at``, which is None while it runs.
    """

    execution_id: str
    namespace: str
    flow_id: str
    state: State
    revision: int = 1
    labels: tuple[tuple[str, str], ...] = ()
    outputs: dict[str, Json] | None = None
    kind: ExecutionKind = ExecutionKind.NORMAL
    attempts: tuple[State, ...] = ()
    variables: Mapping[str, Value] = field(default_factory=dict)
    started_at: int = 0
    ended_at: int | None = None
    first_failed_task_id: str | None = None
    last_task_id: str | None = None
