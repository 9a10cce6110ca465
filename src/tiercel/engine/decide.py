"""What happens next: takes events into a run and gives the orders that follow from them.

Deciding is deterministic and total: what it must know beyond the run comes in the facts, and what it must have rendered
it asks for with a command that an event answers. Late and repeated events change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from tiercel.engine import (
    attempts,
    conclusion,
    flow_outputs,
    kill,
    listeners,
    lists,
    pausing,
    promises,
    requests,
    restarting,
    retries,
    root,
    starting,
)
from tiercel.engine.controls import control_of
from tiercel.engine.decision import Decision, Facts
from tiercel.engine.plan import AFTER, LISTENERS, PROMISES
from tiercel.engine.run import Run
from tiercel.model.command import Command
from tiercel.model.event import (
    BreakpointResumed,
    ChildEnded,
    ChildPaused,
    ChildRefused,
    ChildStarted,
    Evaluated,
    Event,
    ExecutionAdmitted,
    ExecutionQueued,
    ExecutionRefused,
    ExecutionStateRequested,
    KillRequested,
    LabelsReplaced,
    OutputsStored,
    PauseRequested,
    RestartRequested,
    ResumeRequested,
    ReviewRequested,
    RunForced,
    TaskRunEnded,
    TaskRunLost,
    TaskRunStarted,
    TaskRunStateRequested,
    TimerFired,
)
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskKind
from tiercel.model.state import State

_ROOT = root.Root()
ChildEvent = ChildStarted | ChildRefused | ChildEnded | ChildPaused
CorrectionEvent = RestartRequested | TaskRunStateRequested | ExecutionStateRequested | LabelsReplaced
RequestEvent = (
    KillRequested | PauseRequested | ResumeRequested | ReviewRequested | RunForced | BreakpointResumed | CorrectionEvent
)


def decide(run: Run, event: Event, facts: Facts) -> list[Command]:
    """Apply one event; give the commands it leads to, in order."""
    return decide_all(run, (event,), facts)


def decide_all(run: Run, events: Iterable[Event], facts: Facts) -> list[Command]:
    """Apply events that happened side by side, then decide once.

    What the commands of one decision led to at once (answers to Evaluate, ends of inline tasks) belongs together: a
    failure among siblings that ended together finds them ended.
    """
    decision = Decision(run, facts)
    for event in events:
        _take(decision, event)
    _settle(decision)
    pausing.settle(decision)
    if decision.has_moved and run.plan.assertions:
        promises.ask_again(decision)
    return decision.commands


def _take(decision: Decision, event: Event) -> None:
    match event:
        case ExecutionAdmitted() | ExecutionQueued() | ExecutionRefused():
            _take_admission(decision, event)
        case Evaluated():
            _answer(decision, event)
        case OutputsStored():
            conclusion.stored(decision, event)
        case TaskRunStarted():
            attempts.started(decision, event)
        case TaskRunEnded():
            attempts.ended(decision, event)
        case TaskRunLost():
            attempts.lost(decision, event)
        case TimerFired():
            _wake(decision, event)
        case ChildStarted() | ChildRefused() | ChildEnded() | ChildPaused():
            _take_child(decision, event)
        case _:
            _take_request(decision, event)


def _take_admission(decision: Decision, event: ExecutionAdmitted | ExecutionQueued | ExecutionRefused) -> None:
    state = decision.run.execution.state
    match event:
        case ExecutionAdmitted():
            if state in {State.CREATED, State.QUEUED}:
                promises.watch(decision)
                if not promises.must_hold_first(decision):
                    _start(decision)
            elif state is State.RESTARTED:
                _start(decision)
        case ExecutionQueued():
            if state in {State.CREATED, State.RESTARTED}:
                promises.watch(decision)
                decision.enter_execution(State.QUEUED)
        case ExecutionRefused():
            requests.refuse(decision, event)


def _start(decision: Decision) -> None:
    """Begin, or go on with a restart or replay."""
    decision.enter_execution(State.RUNNING)
    restarting.go_on(decision)


def _take_request(decision: Decision, event: RequestEvent) -> None:
    match event:
        case KillRequested():
            kill.request(decision, event)
        case PauseRequested():
            requests.pause(decision)
        case ResumeRequested():
            requests.resume(decision, event)
        case ReviewRequested():
            requests.review(decision, event)
        case RunForced():
            _force(decision)
        case BreakpointResumed():
            requests.leave_breakpoint(decision, event)
        case _:
            _take_correction(decision, event)


def _force(decision: Decision) -> None:
    """Run in spite of limits, pauses and breakpoints."""
    match decision.run.execution.state:
        case State.CREATED | State.QUEUED:
            promises.watch(decision)
            _start(decision)
        case State.PAUSED:
            requests.resume(decision, ResumeRequested(at=decision.now))
        case State.BREAKPOINT:
            requests.leave_breakpoint(decision, BreakpointResumed(at=decision.now))
        case _:
            pass  # it runs, or is over


def _take_correction(decision: Decision, event: CorrectionEvent) -> None:
    match event:
        case RestartRequested():
            restarting.restart(decision)
        case TaskRunStateRequested():
            restarting.set_task_run_state(decision, event)
        case ExecutionStateRequested():
            requests.set_state(decision, event)
        case LabelsReplaced():
            requests.replace_labels(decision, event)
        case _:
            assert_never(event)


def _answer(decision: Decision, event: Evaluated) -> None:
    if event.task_run_id is None:
        if event.purpose.startswith(flow_outputs.PURPOSE) and flow_outputs.answer(decision, event):
            conclusion.conclude(decision)
        elif event.purpose.startswith(LISTENERS):
            listeners.answered(decision, event)
        elif event.purpose.startswith(PROMISES) and promises.answered(decision, event):
            _start_held(decision)
        return
    task_run = decision.run.task_runs.get(event.task_run_id)
    if task_run is None or task_run.state.is_terminal or kill.is_killing(decision):
        return
    if event.purpose == starting.PURPOSE:
        starting.answered(decision, task_run, event)
    else:
        control_of(decision.run.task_of(task_run)).answered(decision, task_run, event)


def _start_held(decision: Decision) -> None:
    """Start an execution that waited for its promises, unless something else let it start."""
    if decision.run.execution.state in {State.CREATED, State.QUEUED}:
        _start(decision)


def _wake(decision: Decision, event: TimerFired) -> None:
    if event.task_run_id is None and event.key.startswith(PROMISES):
        promises.due(decision, event.key)
        return
    task_run = decision.run.task_runs.get(event.task_run_id or "")
    if task_run is None or task_run.state.is_terminal:
        return
    if event.key == retries.TIMER:
        retries.due(decision, task_run)
    elif decision.run.task_of(task_run).kind is not TaskKind.RUNNABLE:
        control_of(decision.run.task_of(task_run)).woken(decision, task_run, event.key)


def _take_child(decision: Decision, event: ChildEvent) -> None:
    task_run = decision.run.task_runs.get(event.task_run_id)
    if task_run is None:
        return
    if task_run.state.is_terminal:
        if isinstance(event, ChildEnded):
            restarting.take_mended_child(decision, task_run, event)
        return
    control = control_of(decision.run.task_of(task_run))
    match event:
        case ChildStarted():
            control.child_started(decision, task_run, event)
        case ChildRefused():
            control.child_refused(decision, task_run, event)
        case ChildEnded():
            control.child_ended(decision, task_run, event)
        case ChildPaused():
            control.child_paused(decision, task_run, event)
        case _:
            assert_never(event)


def _settle(decision: Decision) -> None:
    """Do the work that is queued until none is left."""
    run = decision.run
    while (step := decision.next_step()) is not None:
        begins, task_run_id = step
        if task_run_id is None:
            _advance_root(decision)
        elif (task_run := run.task_runs.get(task_run_id)) is None:
            continue
        elif begins:
            starting.begin(decision, task_run)
        else:
            _advance(decision, task_run)


def _advance(decision: Decision, task_run: TaskRun) -> None:
    scope = decision.run.scope(task_run.id)
    if kill.is_killing(decision):
        kill.advance(decision, scope)
    elif task_run.state is State.RUNNING and not requests.is_held(decision):
        control = control_of(decision.run.task_of(task_run))
        if control.has_lists:
            lists.advance(decision, scope, control)
        else:
            control.go_on(decision, task_run)


def _advance_root(decision: Decision) -> None:
    scope = decision.run.scope(None)
    state = decision.run.execution.state
    if scope.phase == AFTER:
        conclusion.advance_after(decision, scope)
    elif kill.is_killing(decision):
        kill.advance_root(decision)
    elif not (state.is_terminal or state in _NOT_STARTED or requests.is_held(decision)):
        lists.advance(decision, scope, _ROOT)


_NOT_STARTED = frozenset({State.CREATED, State.QUEUED, State.RESTARTED})
