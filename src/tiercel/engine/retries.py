"""When a failed attempt is tried again, and how: the same task run after a delay, or a new execution."""

from __future__ import annotations

import zlib
from datetime import timedelta

from tiercel.engine import replaying, stopping
from tiercel.engine.decision import Decision
from tiercel.engine.resuming import RESUMES
from tiercel.engine.scope import OVER
from tiercel.model.command import AnnounceEnd, AnnounceOver, CreateExecution, WakeAt
from tiercel.model.execution import TaskRun
from tiercel.model.flow import Retry, RetryBehavior, RetryKind
from tiercel.model.moments import micros_in
from tiercel.model.state import State

TIMER = "retry"


def try_again(decision: Decision, task_run: TaskRun) -> bool:
    """Plan the next attempt of a task run that failed; False when none is left."""
    retry = decision.run.plan.retries.get(task_run.task_id)
    if retry is None:
        return False
    if retry.behavior is RetryBehavior.CREATE_NEW_EXECUTION:
        return _as_new_execution(decision, task_run, retry)
    first = task_run.attempts[0].history[0][1]
    at = next_at(retry, _attempts_since_restart(task_run), decision.now, first, task_run.id)
    if at is None:
        return False
    _enter_retrying(decision, task_run)
    task_run.retry_at = at
    decision.order(WakeAt(TIMER, at, task_run.id))
    return True


def due(decision: Decision, task_run: TaskRun) -> None:
    """The delay is over: begin the next attempt."""
    if task_run.state is not State.RETRYING:
        return
    task_run.retry_at = None
    decision.enter(task_run, State.CREATED)
    if decision.run.execution.state is State.RETRYING:
        decision.enter_execution(State.RUNNING)
    decision.begin(task_run)


def warns(decision: Decision, task_run: TaskRun) -> bool:
    """Whether success needed more than one attempt and the retry turns that into a warning."""
    retry = decision.run.plan.retries.get(task_run.task_id)
    return retry is not None and retry.is_warning_on_retry and len(task_run.attempts) > 1


def next_at(retry: Retry, attempts: int, ended_at: int, first_at: int, seed: str) -> int | None:
    """When the next attempt is due; None when there is none.

    ``attempts`` counts all that were made. A random delay is drawn from ``seed``, so that deciding stays deterministic.
    """
    if retry.max_attempts is not None and attempts >= retry.max_attempts:
        return None
    at = ended_at + micros_in(_delay(retry, attempts, seed))
    if retry.max_duration is not None and at > first_at + micros_in(retry.max_duration):
        return None
    return at


def _delay(retry: Retry, attempts: int, seed: str) -> timedelta:
    if retry.kind is RetryKind.CONSTANT:
        return retry.interval or timedelta()
    longest = retry.max_interval or timedelta.max
    if retry.kind is RetryKind.EXPONENTIAL:
        try:
            return min((retry.interval or timedelta()) * retry.delay_factor ** (attempts - 1), longest)
        except OverflowError:
            return longest
    shortest = retry.min_interval or timedelta()
    share = zlib.crc32(f"{seed}/{attempts}".encode()) / 0xFFFFFFFF
    return shortest + (longest - shortest) * share


def _attempts_since_restart(task_run: TaskRun) -> int:
    return len(task_run.attempts) - int(task_run.notes.get("attempts_before", 0))


def _enter_retrying(decision: Decision, task_run: TaskRun) -> None:
    """Go through FAILED; the execution does so too when the task stands at the top of the flow."""
    decision.enter(task_run, State.FAILED)
    decision.enter(task_run, State.RETRYING)
    if decision.run.execution.state is State.RUNNING:
        if decision.run.scope_id(task_run) is None:
            decision.enter_execution(State.FAILED)
        decision.enter_execution(State.RETRYING)


def _as_new_execution(decision: Decision, task_run: TaskRun, retry: Retry) -> bool:
    """End this execution as RETRIED and order one that takes its place."""
    run = decision.run
    execution = run.execution
    first = execution.original_created_at or execution.history[0][1]
    tries = execution.attempt_number - int(execution.notes.get(RESUMES, 0))
    at = next_at(retry, tries, decision.now, first, execution.id)
    if at is None:
        return False
    is_at_top = run.scope_id(task_run) is None
    decision.enter(task_run, State.FAILED)
    decision.enter(task_run, State.RETRIED)
    stopping.end_all(decision, State.RETRIED)
    if is_at_top:
        decision.enter_execution(State.FAILED)
    decision.enter_execution(State.RETRIED)
    decision.set_phase(run.scope(None), OVER)
    execution.is_over = True
    successor = replaying.fresh_copy(run, decision.facts)
    successor.scheduled_at = at
    successor.notes[RESUMES] = execution.notes.get(RESUMES, 0)
    decision.order(CreateExecution(successor))
    decision.order(AnnounceEnd(State.RETRIED))
    decision.order(AnnounceOver(State.RETRIED))
    return True
