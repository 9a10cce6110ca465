"""Acting on executions: each action is allowed from some states, and becomes one event for the executor."""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.errors import ConflictError, InvalidArgumentError, NotFoundError, Violation
from tiercel.model.event import (
    BreakpointResumed,
    Event,
    ExecutionRefused,
    ExecutionStateRequested,
    KillRequested,
    LabelsReplaced,
    PauseRequested,
    RestartRequested,
    ResumeRequested,
    RunForced,
    TaskRunStateRequested,
)
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, get_execution
from tiercel.operations.starting import SYSTEM_PREFIX

_FAILED_ONES = frozenset({State.FAILED, State.KILLED, State.CANCELLED})
_NEEDED: dict[str, frozenset[State]] = {
    "pause": frozenset({State.RUNNING}),
    "resume": frozenset({State.PAUSED}),
    "unqueue": frozenset({State.QUEUED}),
    "restart": frozenset({State.FAILED, State.PAUSED, State.CANCELLED}),
}
_UNQUEUED = frozenset({State.RUNNING, State.CANCELLED, State.FAILED})


@operation(Resource.EXECUTION, Action.UPDATE)
async def kill(
    environment: Environment, actor: Actor, execution_id: str, *, is_cascading: bool = True
) -> ExecutionDetails:
    """Stop an execution, and with ``is_cascading`` the executions it waits for.

    Raises:
        NotFoundError: There is none.
        ConflictError: It has ended, and nothing below it is to be killed.
    """
    found = await get_execution(environment, actor, execution_id)
    if found.execution.state.is_terminal and (found.execution.is_over or not is_cascading):
        if not is_cascading:
            raise _refused(found.execution, "killed")
        return found
    event = KillRequested(at=environment.clock(), is_cascading=is_cascading)
    return await _tell(environment, actor, found.execution, event)


@operation(Resource.EXECUTION, Action.UPDATE)
async def pause(environment: Environment, actor: Actor, execution_id: str) -> ExecutionDetails:
    """Pause a running execution; what runs in it finishes.

    Raises:
        NotFoundError: There is none.
        ConflictError: It does not run.
    """
    found = await get_execution(environment, actor, execution_id)
    _allow(found.execution, "paused", State.RUNNING)
    return await _tell(environment, actor, found.execution, PauseRequested(at=environment.clock()))


@operation(Resource.EXECUTION, Action.UPDATE)
async def restart(environment: Environment, actor: Actor, execution_id: str) -> ExecutionDetails:
    """Begin again, under the same id, from the task runs that failed.

    Raises:
        NotFoundError: There is none.
        ConflictError: Nothing failed in it.
    """
    found = await require_restartable(environment, actor, execution_id)
    return await _tell(environment, actor, found.execution, RestartRequested(at=environment.clock()))


@operation(Resource.EXECUTION, Action.UPDATE, is_change=False)
async def require_restartable(environment: Environment, actor: Actor, execution_id: str) -> ExecutionDetails:
    """Give an execution that can begin again.

    Raises:
        NotFoundError: There is none.
        ConflictError: Nothing failed in it.
    """
    found = await get_execution(environment, actor, execution_id)
    state = found.execution.state
    has_failed = any(run.state in _FAILED_ONES for run in found.task_runs)
    if state not in {State.FAILED, State.PAUSED} and not (state is State.CANCELLED and has_failed):
        raise _refused(found.execution, "restarted", "No task found to restart, none has failed and none is paused")
    return found


@operation(Resource.EXECUTION, Action.UPDATE)
async def set_state(environment: Environment, actor: Actor, execution_id: str, state: State) -> ExecutionDetails:
    """Set the state of an ended execution by hand; nothing runs.

    Raises:
        NotFoundError: There is none.
        InvalidError: The state is none an execution can end in.
        ConflictError: It has not ended, or was killed.
    """
    if not state.is_terminal:
        raise InvalidArgumentError([Violation(f"{state} is no state to end in", path="status", code="not-terminal")])
    found = await get_execution(environment, actor, execution_id)
    _require_ended(found.execution, "given another state")
    return await _tell(
        environment, actor, found.execution, ExecutionStateRequested(at=environment.clock(), state=state)
    )


@operation(Resource.EXECUTION, Action.UPDATE)
async def set_task_run_state(
    environment: Environment, actor: Actor, execution_id: str, task_run_id: str, state: State
) -> ExecutionDetails:
    """Set the state of one task run by hand; the execution goes on from there.

    While the execution is paused, only what holds it can be changed: that resumes it.

    Raises:
        NotFoundError: There is no such execution or task run.
        ConflictError: The execution runs, or was killed.
    """
    found = await get_execution(environment, actor, execution_id)
    task_run = next((run for run in found.task_runs if run.id == task_run_id), None)
    is_holding = task_run is not None and task_run.state is State.PAUSED and found.execution.state is State.PAUSED
    if not is_holding:
        _require_ended(found.execution, "changed")
    if task_run is None:
        raise NotFoundError("task run", task_run_id)
    now = environment.clock()
    event: Event = TaskRunStateRequested(at=now, task_run_id=task_run_id, state=state)
    if is_holding:
        event = ResumeRequested(at=now, task_run_id=task_run_id, state=state)
    return await _tell(environment, actor, found.execution, event)


@operation(Resource.EXECUTION, Action.UPDATE)
async def force_run(environment: Environment, actor: Actor, execution_id: str) -> ExecutionDetails:
    """Make a waiting execution run, whatever it waits for.

    Raises:
        NotFoundError: There is none.
        ConflictError: It has ended.
    """
    found = await get_execution(environment, actor, execution_id)
    if found.execution.state.is_terminal:
        raise _refused(found.execution, "forced to run")
    return await _tell(environment, actor, found.execution, RunForced(at=environment.clock()))


@operation(Resource.EXECUTION, Action.UPDATE)
async def unqueue(
    environment: Environment, actor: Actor, execution_id: str, state: State = State.RUNNING
) -> ExecutionDetails:
    """Take a queued execution out of its queue: to run, or to end in ``state``.

    Raises:
        NotFoundError: There is none.
        InvalidError: It cannot leave the queue to that state.
        ConflictError: It is not queued.
    """
    if state not in _UNQUEUED:
        message = f"a queued execution cannot become {state}; RUNNING, CANCELLED or FAILED"
        raise InvalidArgumentError([Violation(message, path="state", code="bad-state")])
    found = await get_execution(environment, actor, execution_id)
    _allow(found.execution, "taken out of the queue", State.QUEUED)
    now = environment.clock()
    event: Event = RunForced(at=now)
    if state is not State.RUNNING:
        event = ExecutionRefused(at=now, state=state, message=f"taken out of the queue by {actor.name}")
    return await _tell(environment, actor, found.execution, event)


@operation(Resource.EXECUTION, Action.UPDATE)
async def resume_from_breakpoint(
    environment: Environment, actor: Actor, execution_id: str, breakpoints: Sequence[str]
) -> ExecutionDetails:
    """Let an execution go on from a breakpoint to the next ones.

    Raises:
        NotFoundError: There is none.
        ConflictError: It stands at no breakpoint.
    """
    found = await get_execution(environment, actor, execution_id)
    _allow(found.execution, "resumed from a breakpoint", State.BREAKPOINT)
    event = BreakpointResumed(at=environment.clock(), breakpoints=list(breakpoints))
    return await _tell(environment, actor, found.execution, event)


@operation(Resource.EXECUTION, Action.UPDATE)
async def set_labels(
    environment: Environment, actor: Actor, execution_id: str, labels: Sequence[tuple[str, str]]
) -> ExecutionDetails:
    """Replace the user labels of an ended execution.

    Raises:
        NotFoundError: There is none.
        InvalidError: It has not ended, or a label is a system label.
    """
    wrong = [
        Violation("system labels are set by the system only", path=f"labels.{key}", code="system-label")
        for key, _ in labels
        if key.startswith(SYSTEM_PREFIX)
    ]
    if wrong:
        raise InvalidArgumentError(wrong)
    found = await get_execution(environment, actor, execution_id)
    if not found.execution.state.is_terminal:
        raise _refused(found.execution, "given labels", "it must have ended")
    return await _tell(environment, actor, found.execution, LabelsReplaced(at=environment.clock(), labels=list(labels)))


def refusal_of(execution: Execution, verb: str) -> str:
    """Say why an execution cannot be acted on as it is; nothing when that may be tried.

    Args:
        execution: As it was stored.
        verb: As addresses name it.
    """
    state = execution.state
    match verb:
        case "pause" | "resume" | "unqueue" | "restart":
            states = _NEEDED[verb]
            wrong = "" if state in states else f"it must be {' or '.join(sorted(states))}"
        case "change-status":
            is_right = state.is_terminal and state is not State.KILLED
            wrong = "" if is_right else "it must have ended and not been killed"
        case "labels":
            wrong = "" if state.is_terminal else "it must have ended"
        case "force-run":
            wrong = "it has ended" if state.is_terminal else ""
        case _:
            return ""
    return wrong and f"Execution {execution.id} is {state}: {wrong}"


async def _tell(environment: Environment, actor: Actor, execution: Execution, event: Event) -> ExecutionDetails:
    """Hand over the event and give the execution as it is afterwards."""
    actor.require(Resource.EXECUTION, Action.UPDATE, execution.namespace)
    await environment.transport.submit(execution.id, event)
    return await get_execution(environment, actor, execution.id)


def _allow(execution: Execution, verb: str, *states: State) -> None:
    if execution.state not in states:
        raise _refused(execution, verb, f"it must be {' or '.join(states)}")


def _require_ended(execution: Execution, verb: str) -> None:
    if not execution.state.is_terminal or execution.state is State.KILLED:
        raise _refused(execution, verb, "it must have ended and not been killed")


def _refused(execution: Execution, verb: str, why: str = "") -> ConflictError:
    reason = f": {why}" if why else ""
    return ConflictError(f"Execution {execution.id} is {execution.state} and cannot be {verb}{reason}")
