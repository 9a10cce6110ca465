"""Past facts that ``decide`` is told. A closed union: a new event does not type-check until the engine matches it.

``at`` is when it happened, in microseconds UTC. Events are stored in the inbox as MessagePack, so every field is data.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field

from tiercel.model.json import Json
from tiercel.model.state import State


class Effects(Struct, kw_only=True):
    """What an ended task asks to change in its own execution.

    Attributes:
        set_variables: Deep-merged into the execution's variables.
        unset_variables: Dotted names to remove from the flow's and the execution's variables.
        labels: Added or replaced, in order.
        exit_state: End the execution in this state at once (execution.Exit).
    """

    set_variables: dict[str, Json] | None = None
    unset_variables: list[str] | None = None
    labels: list[tuple[str, str]] | None = None
    exit_state: State | None = None


class ExecutionAdmitted(Struct, tag=True, frozen=True):
    """The execution may start (its slot is taken, its scheduled date has come)."""

    at: int


class ExecutionQueued(Struct, tag=True, frozen=True):
    """No slot was free; it waits."""

    at: int


class ExecutionRefused(Struct, tag=True, frozen=True):
    """No slot was free and it may not wait: it ends in ``state`` (CANCELLED or FAILED)."""

    at: int
    state: State
    message: str


class Evaluated(Struct, tag=True, frozen=True):
    """The answer to an Evaluate command; ``error`` is set when rendering failed."""

    at: int
    task_run_id: str | None
    purpose: str
    value: Json = None
    error: str | None = None


class OutputsStored(Struct, tag=True, frozen=True):
    """The answer to a StoreOutputs command: the address of the file, or why there is none."""

    at: int
    uri: str | None = None
    error: str | None = None


class TaskRunStarted(Struct, tag=True, frozen=True):
    """A worker began an attempt."""

    at: int
    task_run_id: str
    token: int
    worker_id: str | None = None


class TaskRunEnded(Struct, tag=True, frozen=True):
    """An attempt ended by itself: ``state`` is SUCCESS, WARNING, FAILED or KILLED, before retry and allowFailure.

    ``is_final`` means that retries and allowFailure do not apply. ``has_run`` is False for a task that failed before it
    could begin: its task run goes from CREATED to FAILED.
    """

    at: int
    task_run_id: str
    token: int
    state: State
    outputs: dict[str, Json] | None = None
    outputs_uri: str | None = None
    error: str | None = None
    effects: Effects | None = None
    log_file: str | None = None
    is_final: bool = False
    started_at: int | None = None
    has_run: bool = True


class TaskRunLost(Struct, tag=True, frozen=True):
    """The worker of an attempt died; the attempt is RESUBMITTED and another one begins."""

    at: int
    task_run_id: str
    token: int


class TimerFired(Struct, tag=True, frozen=True):
    """A timer set by WakeAt is due. ``key`` is the one given there."""

    at: int
    key: str
    task_run_id: str | None = None


class ChildStarted(Struct, tag=True, frozen=True):
    """An execution asked for by StartChild exists. ``position`` as in the command."""

    at: int
    task_run_id: str
    child_id: str
    position: int = 0
    state: State = State.CREATED


class ChildRefused(Struct, tag=True, frozen=True):
    """An execution asked for by StartChild cannot be started (missing flow, bad inputs, disabled ...)."""

    at: int
    task_run_id: str
    message: str
    position: int = 0


class ChildEnded(Struct, tag=True, frozen=True):
    """A child execution (Subflow, ForEachItem batch, Loop iteration) ended in ``state`` with its flow outputs.

    ``has_failed_outputs``: it failed because its outputs could not be rendered.
    """

    at: int
    task_run_id: str
    child_id: str
    state: State
    outputs: dict[str, Json] | None = None
    position: int = 0
    has_failed_outputs: bool = False


class ChildPaused(Struct, tag=True, frozen=True):
    """A child execution is paused or goes on (``is_paused`` False)."""

    at: int
    task_run_id: str
    child_id: str
    is_paused: bool
    position: int = 0


class KillRequested(Struct, tag=True, frozen=True):
    """Somebody wants it to stop. ``is_cascading`` kills waited children too; ``state`` is the state to end in."""

    at: int
    is_cascading: bool = True
    state: State = State.KILLED


class PauseRequested(Struct, tag=True, frozen=True):
    """Somebody wants it to pause; running tasks finish."""

    at: int


class ResumeRequested(Struct, tag=True, frozen=True):
    """Somebody lets it go on. ``task_run_id`` None = every paused task run and the execution itself."""

    at: int
    task_run_id: str | None = None
    inputs: dict[str, Json] | None = None
    by: str | None = None
    state: State = State.RUNNING


class ReviewRequested(Struct, tag=True, frozen=True):
    """Somebody has decided about an Approval: ``decision`` is APPROVED or DENIED, ``inputs`` are typed."""

    at: int
    task_run_id: str
    decision: str
    comment: str | None = None
    by: str | None = None
    inputs: dict[str, Json] | None = None


class RestartRequested(Struct, tag=True, frozen=True):
    """It begins again from its failed task runs, under the same id."""

    at: int


class TaskRunStateRequested(Struct, tag=True, frozen=True):
    """Somebody sets one task run's state by hand; the execution goes on from there."""

    at: int
    task_run_id: str
    state: State


class ExecutionStateRequested(Struct, tag=True, frozen=True):
    """Somebody sets the state of an ended execution by hand; nothing runs."""

    at: int
    state: State


class RunForced(Struct, tag=True, frozen=True):
    """Somebody makes a waiting execution run in spite of limits and pauses."""

    at: int


class BreakpointResumed(Struct, tag=True, frozen=True):
    """Somebody lets it go on from a breakpoint; ``breakpoints`` are the next ones."""

    at: int
    breakpoints: list[str] = field(default_factory=list)


class LabelsReplaced(Struct, tag=True, frozen=True):
    """Somebody replaced the user labels; system labels stay."""

    at: int
    labels: list[tuple[str, str]]


Event: TypeAlias = (
    ExecutionAdmitted
    | ExecutionQueued
    | ExecutionRefused
    | Evaluated
    | OutputsStored
    | TaskRunStarted
    | TaskRunEnded
    | TaskRunLost
    | TimerFired
    | ChildStarted
    | ChildRefused
    | ChildEnded
    | ChildPaused
    | KillRequested
    | PauseRequested
    | ResumeRequested
    | ReviewRequested
    | RestartRequested
    | TaskRunStateRequested
    | ExecutionStateRequested
    | RunForced
    | BreakpointResumed
    | LabelsReplaced
)
