"""New executions: the header before anything has happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from tiercel.engine.children import POSITION
from tiercel.engine.effects import merged, with_labels
from tiercel.model.execution import Execution, ExecutionKind, ExecutionTrigger
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.state import State

CORRELATION = "system.correlationId"
SYSTEM = "system."


class Start(Struct, frozen=True, kw_only=True):
    """What the one who starts an execution gives; the flow gives the rest.

    Attributes:
        inputs: Typed and resolved.
        labels: Added to those of the flow; a key that is there takes the value given here.
        position: Which of the executions of its parent's task run it is (ForEachItem), from 0.
        correlation_id: Of the chain of executions it belongs to; its own id when None.
    """

    inputs: Mapping[str, Json] = field(default_factory=dict)
    labels: Iterable[tuple[str, str]] = ()
    trigger: ExecutionTrigger | None = None
    shard: int = 0
    kind: ExecutionKind = ExecutionKind.NORMAL
    scheduled_at: int | None = None
    breakpoints: Iterable[str] = ()
    parent_id: str | None = None
    parent_task_run_id: str | None = None
    position: int = 0
    correlation_id: str | None = None


def new_execution(flow: Flow, execution_id: str, now: int, start: Start) -> Execution:
    """Make the header of a run of the flow; it begins with the event ExecutionAdmitted."""
    own = [(key, value) for key, value in flow.labels if not key.startswith(SYSTEM)]
    labels = with_labels(own, list(start.labels))
    if CORRELATION not in dict(labels):
        labels.append((CORRELATION, start.correlation_id or execution_id))
    return Execution(
        id=execution_id,
        namespace=flow.namespace,
        flow_id=flow.id,
        revision=flow.revision,
        dialect=flow.dialect,
        history=[(State.CREATED, now)],
        shard=start.shard,
        inputs=dict(start.inputs),
        variables=merged({}, flow.variables),
        labels=labels,
        trigger=start.trigger,
        parent_id=start.parent_id,
        parent_task_run_id=start.parent_task_run_id,
        original_id=execution_id,
        kind=start.kind,
        original_created_at=now,
        scheduled_at=start.scheduled_at,
        breakpoints=list(start.breakpoints),
        notes={POSITION: start.position} if start.position else {},
    )
