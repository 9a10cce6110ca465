"""One run of a flow and the runs of its tasks, as stored: a header row and one row a task run.

Times are integer microseconds since 1970 in UTC. These records change in place, and only by the engine.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.model.state import State

LINEAGE = "lineage"
"""The note of what a Flow trigger started: namespace, flow and time of those that led to it, oldest first."""

StateAt = tuple[State, int]
"""A state and when it was entered."""


class ExecutionKind(StrEnum):
    """Why an execution exists."""

    NORMAL = "NORMAL"
    TEST = "TEST"
    PLAYGROUND = "PLAYGROUND"
    LOOP = "LOOP"


class ExecutionTrigger(Struct, kw_only=True):
    """What started an execution, when it was not a plain call."""

    id: str
    type: str
    variables: dict[str, Json] = field(default_factory=dict)


class Iteration(Struct, kw_only=True):
    """Which value of a Loop an execution of kind LOOP works on; ``parents`` are the outer loops, nearest first."""

    index: int
    value: Json
    key: str | None = None
    parents: list[Iteration] = field(default_factory=list)


class Execution(Struct, kw_only=True):
    """The header of one run of a flow.

    Attributes:
        shard: Which shard owns it; fixed at creation.
        history: Every state entered, oldest first; the last one is ``state``.
        inputs: Typed and resolved.
        variables: Set by tasks, laid over the flow's.
        labels: Pairs in order, system labels included.
        parent_id: The execution that waits for or owns this one (Subflow, ForEachItem, Loop).
        parent_task_run_id: The task run of the parent that started it.
        loop_task_id: For kind LOOP: the task whose ``tasks`` are the roots here.
        is_over: Ended, nothing retrying, and finally, listeners and afterExecution done.
        version: Goes up by one with each commit that changes it.
        error: Why it failed, when no task run says so.
        notes: What the engine itself must remember across restarts of the process.
    """

    id: str
    namespace: str
    flow_id: str
    revision: int
    dialect: Dialect
    state: State = State.CREATED
    history: list[StateAt] = field(default_factory=list)
    shard: int = 0
    inputs: dict[str, Json] = field(default_factory=dict)
    outputs: dict[str, Json] | None = None
    variables: dict[str, Json] = field(default_factory=dict)
    labels: list[tuple[str, str]] = field(default_factory=list)
    trigger: ExecutionTrigger | None = None
    parent_id: str | None = None
    parent_task_run_id: str | None = None
    loop_task_id: str | None = None
    iteration: Iteration | None = None
    original_id: str | None = None
    kind: ExecutionKind = ExecutionKind.NORMAL
    attempt_number: int = 1
    original_created_at: int = 0
    scheduled_at: int | None = None
    breakpoints: list[str] = field(default_factory=list)
    is_over: bool = False
    is_deleted: bool = False
    version: int = 0
    error: str | None = None
    notes: dict[str, Json] = field(default_factory=dict)


class Attempt(Struct, kw_only=True):
    """One try at a task; ``log_file`` when its log went to storage."""

    history: list[StateAt] = field(default_factory=list)
    worker_id: str | None = None
    log_file: str | None = None

    @property
    def state(self) -> State:
        """The state it is in."""
        return self.history[-1][0]


class TaskRun(Struct, kw_only=True):
    """One run of one task in one execution.

    Attributes:
        number: Position in the order of creation within its execution, from 0.
        section: The list of the parent (or of the flow) it was created from: ``tasks``, ``errors``, ``finally``,
            ``afterExecution``, ``listeners.<id>``, or a branch of a flowable such as ``then``.
        value: The value of the nearest 1.x each-iteration it belongs to.
        iteration: Counts from 0 in ForEach and LoopUntil.
        token: Fencing token: goes up with each dispatch; results that carry another are void.
        outputs: What it produced; None when nothing. An output too large for a row is in storage, see ``outputs_uri``.
        notes: What its flowable must remember (evaluated values, counters) across restarts of the process.
        retry_at: When the next attempt is due, in state RETRYING.
    """

    id: str
    execution_id: str
    task_id: str
    number: int
    parent_id: str | None = None
    section: str = "tasks"
    value: str | None = None
    iteration: int | None = None
    state: State = State.CREATED
    history: list[StateAt] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    outputs: dict[str, Json] | None = None
    outputs_uri: str | None = None
    is_dynamic: bool = False
    token: int = 0
    items: str | None = None
    retry_at: int | None = None
    notes: dict[str, Json] = field(default_factory=dict)
