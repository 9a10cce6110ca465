"""Orders that ``decide`` gives, a closed union as the events are.

The executor answers Evaluate and inline tasks in the same pass; the rest is dispatched after the commit that stored
the decision.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field

from tiercel.model.execution import Execution
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State


class Evaluate(Struct, tag=True, frozen=True):
    """Render ``structure`` (text, or maps and lists of it) in the context of a task run, or of the flow when None.

    ``is_typed`` keeps the native value of every text that is one expression. Answered by Evaluated.
    """

    task_run_id: str | None
    purpose: str
    structure: Json
    is_typed: bool = False


class RunTask(Struct, tag=True, frozen=True):
    """Run one attempt. Answered by TaskRunStarted (not for inline runs) and TaskRunEnded with the same token.

    ``task`` is the definition to run (a dynamic one is in no flow). ``directory_id`` is the task run of the
    WorkingDirectory whose directory it shares.
    """

    task_run_id: str
    token: int
    task: TaskDefinition
    directory_id: str | None = None


class OpenDirectory(Struct, tag=True, frozen=True):
    """Prepare the directory of a WorkingDirectory; answered by TaskRunStarted, or TaskRunEnded when it failed."""

    task_run_id: str
    token: int
    task: TaskDefinition


class CloseDirectory(Struct, tag=True, frozen=True):
    """Collect output files and cache of a WorkingDirectory, then remove it; answered by TaskRunEnded.

    ``state`` is the state its children gave it: with a failure nothing is cached.
    """

    task_run_id: str
    token: int
    task: TaskDefinition
    state: State


class CancelTask(Struct, tag=True, frozen=True):
    """Stop the attempt of that token. Its result is void unless ``is_killed``, when TaskRunEnded(KILLED) answers."""

    task_run_id: str
    token: int
    is_killed: bool = True


class WakeAt(Struct, tag=True, frozen=True):
    """Answer with TimerFired at ``at``. A second timer of the same task run and key replaces the first."""

    key: str
    at: int
    task_run_id: str | None = None


class CancelTimer(Struct, tag=True, frozen=True):
    """Forget a timer; no error when there is none."""

    key: str
    task_run_id: str | None = None


class StartChild(Struct, tag=True, frozen=True):
    """Start an execution of another flow; answered by ChildStarted or ChildRefused, later ChildEnded if waited.

    All values are rendered. ``labels`` are added to the child's; ``origin`` says which task
    run asks (``taskId``, ``taskRunValue``, ...), for the child's trigger variables. ``outputs`` are templates
    that the child renders at its end for the one who waits (a 1.x form); they go into its notes as ``asked``.
    """

    task_run_id: str
    namespace: str
    flow_id: str
    revision: int | None
    inputs: dict[str, Json]
    labels: list[tuple[str, str]]
    is_waited: bool
    inherits_labels: bool
    scheduled_at: int | None = None
    position: int = 0
    origin: dict[str, Json] = field(default_factory=dict)
    outputs: dict[str, Json] | None = None


class CreateExecution(Struct, tag=True, frozen=True):
    """Store and start this execution: a Loop iteration, or a retry as a new execution (which passes admission)."""

    execution: Execution


class KillChild(Struct, tag=True, frozen=True):
    """Kill a child execution."""

    child_id: str


class RestartChild(Struct, tag=True, frozen=True):
    """Restart a failed child execution; answered by ChildStarted, or ChildRefused when it cannot be."""

    task_run_id: str
    child_id: str
    position: int = 0


class ResumeChild(Struct, tag=True, frozen=True):
    """Let a paused child execution go on."""

    child_id: str


class WriteLog(Struct, tag=True, frozen=True):
    """Write a line of the engine's own to the log of the execution."""

    task_run_id: str | None
    level: LogLevel
    message: str


class NotifyParent(Struct, tag=True, frozen=True):
    """Tell the parent execution that this one has ended, or is paused or goes on (ChildEnded, ChildPaused).

    ``outputs`` and ``has_failed_outputs`` go into the ChildEnded.
    """

    state: State
    outputs: dict[str, Json] | None = None
    has_failed_outputs: bool = False


class StoreOutputs(Struct, tag=True, frozen=True):
    """Keep the outputs of a Loop iteration in a file of its own; answered by OutputsStored."""

    outputs: dict[str, Json]


class AnnounceEnd(Struct, tag=True, frozen=True):
    """The main part of the execution has ended: free its slot, publish to flow triggers, stop its SLA timers."""

    state: State


class AnnounceOver(Struct, tag=True, frozen=True):
    """The execution is over; nothing more will be commanded until a restart."""

    state: State


Command: TypeAlias = (
    Evaluate
    | RunTask
    | OpenDirectory
    | CloseDirectory
    | CancelTask
    | WakeAt
    | CancelTimer
    | StartChild
    | CreateExecution
    | KillChild
    | RestartChild
    | ResumeChild
    | WriteLog
    | NotifyParent
    | StoreOutputs
    | AnnounceEnd
    | AnnounceOver
)
