"""The attempts under way: begun on threads, gone on with as coroutines, limited in time, killed, and reported once.

The table of attempts belongs to the event loop. Threads only carry out one attempt and hand its outcome back to the
loop, which drops what is void: an attempt that was killed, timed out or dispatched anew reports once and never again.

A thread cannot be killed. A kill or a time limit sets ``ctx.is_cancelled`` and wakes ``ctx.wait``; what has not ended
ten seconds later is abandoned and replaced. A kill is reported when the attempt has really ended, or is abandoned; a
time limit at once, since its user asked for that moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from tiercel.model.command import CloseDirectory, Evaluate, OpenDirectory, RunTask, StoreOutputs
from tiercel.model.event import Evaluated, Event, OutputsStored, TaskRunEnded
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, Reports
from tiercel.operations.environment import Environment
from tiercel.operations.work_tally import Load
from tiercel.repository.records import Work
from tiercel.worker.attempt import Attempt, Stop
from tiercel.worker.coroutines import Coroutines
from tiercel.worker.inline import trace_level
from tiercel.worker.lines import Lines
from tiercel.worker.rendering import mask_of
from tiercel.worker.reporting import Reporting
from tiercel.worker.runner import Runner, Suspended
from tiercel.worker.scratch import Scratch
from tiercel.worker.threads import Threads

_GRACE_SECONDS = 10.0
_FLUSH_SECONDS = 0.1
_LOOK_SECONDS = 0.01


class Attempts:
    """All work that was assigned and has not been reported."""

    def __init__(
        self, environment: Environment, runner: Runner, scratch: Scratch, threads: Threads, coroutines: Coroutines
    ) -> None:
        self._environment = environment
        self._runner = runner
        self._scratch = scratch
        self._threads = threads
        self._coroutines = coroutines
        self._reporting = Reporting(environment)
        self._under_way: dict[tuple[str, str], Attempt] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def load(self) -> Load:
        """Tell how many run, and how many wait for a thread."""
        running = sum(attempt.started_at is not None for attempt in self._under_way.values())
        return Load(running, len(self._under_way) - running)

    def open(self, reports: Reports) -> None:
        """Say who is told; called on the event loop."""
        self._reporting.open(reports)
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """Ask every attempt to end, and report nothing more."""
        self._reporting.close()
        for attempt in self._under_way.values():
            attempt.close()
            attempt.end_early(Stop.VOID)
        self._under_way.clear()

    def begin(self, assignment: Assignment) -> None:
        """Begin work as soon as a thread is free."""
        key, token = _identity(assignment.work)
        lines = Lines(assignment, self._environment.clock, mask_of(self._environment, assignment))
        attempt = Attempt(assignment, key, token, lines)
        attempt.assigned_at = self._environment.clock()
        lines.on_first = partial(self._lines_wait, attempt)
        self._under_way[assignment.execution.id, key] = attempt
        self._look_later(attempt)
        attempt.call = self._threads.submit(partial(self._carry_out, attempt))

    def has(self, execution_id: str, key: str, token: int) -> bool:
        """Whether that work is here and has not been reported."""
        attempt = self._under_way.get((execution_id, key))
        return attempt is not None and attempt.token == token

    def cancel(self, execution_id: str, key: str, token: int | None, *, is_killed: bool) -> bool:
        """Stop work; answered by a report when ``is_killed``."""
        attempt = self._under_way.get((execution_id, key))
        if attempt is None or token not in {None, attempt.token} or self._loop is None:
            return False
        attempt.end_early(Stop.KILLED if is_killed else Stop.VOID)
        if attempt.call is not None and self._threads.withdraw(attempt.call):
            self._finish(attempt, _ended(attempt, self._environment.clock(), State.KILLED))
        else:
            attempt.alarms["abandon"] = self._loop.call_later(_GRACE_SECONDS, self._abandon, attempt)
            if not is_killed:
                self._under_way.pop((execution_id, key), None)
        return True

    def _carry_out(self, attempt: Attempt) -> None:
        """Do the work; on a thread."""
        attempt.started_at = self._environment.clock()
        if attempt.is_watched:
            self._tell(self._look, attempt)
        limit = partial(self._tell, self._limit, attempt)
        outcome = self._runner.run(attempt, limit)
        if isinstance(outcome, Suspended):
            self._await(attempt, outcome)
        else:
            self._conclude(attempt, outcome)

    def _await(self, attempt: Attempt, suspended: Suspended) -> None:
        """Let the asynchronous part run on the loop of coroutines, and go on on a thread when it is done."""
        future = self._coroutines.submit(suspended.coroutine)
        attempt.coroutine = future
        if attempt.is_stopped:
            future.cancel()
        future.add_done_callback(partial(self._go_on, attempt, suspended))

    def _go_on(self, attempt: Attempt, suspended: Suspended, done: Future[object]) -> None:
        attempt.call = self._threads.submit(partial(self._resume, attempt, suspended, done))

    def _resume(self, attempt: Attempt, suspended: Suspended, done: Future[object]) -> None:
        self._conclude(attempt, suspended.finish(done))

    def _conclude(self, attempt: Attempt, event: Event) -> None:
        """Report an attempt; what is next does not wait until its directories are removed."""
        self._tell(self._finish, attempt, event)
        if isinstance(event, TaskRunEnded):
            self._scratch.leave(attempt.assignment)

    def _tell(self, function: Callable[..., None], *arguments: object) -> None:
        """Call something on the event loop."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(partial(function, *arguments))

    def _look_later(self, attempt: Attempt) -> None:
        """Look at it in a moment: what has ended by then is reported as a whole, and its thread has woken nobody."""
        if self._loop is not None:
            attempt.alarms["look"] = self._loop.call_later(_LOOK_SECONDS, self._look, attempt)

    def _look(self, attempt: Attempt) -> None:
        if attempt.is_closed:
            return
        attempt.is_watched = True  # before anything is looked at, since its thread looks the other way round
        self._reporting.tell_start(attempt)
        if attempt.lines.entries:
            self._flush_soon(attempt)

    def _limit(self, attempt: Attempt, seconds: float, text: str) -> None:
        """End the attempt when its time is over."""
        if self._loop is not None and not attempt.is_closed:
            attempt.alarms["time out"] = self._loop.call_later(seconds, self._time_out, attempt, text)

    def _time_out(self, attempt: Attempt, text: str) -> None:
        if attempt.is_closed or attempt.stop is not None or self._loop is None:
            return
        attempt.end_early(Stop.TIMED_OUT)
        attempt.lines.write(trace_level(attempt.assignment), f"Timeout after {text}, the task was told to stop")
        self._finish(attempt, _ended(attempt, self._environment.clock(), State.FAILED, f"Timeout after {text}"))
        self._loop.call_later(_GRACE_SECONDS, self._abandon, attempt)

    def _abandon(self, attempt: Attempt) -> None:
        """Give up on an attempt that ignored its end."""
        if attempt.call is not None:
            self._threads.abandon(attempt.call)
        self._finish(attempt, _ended(attempt, self._environment.clock(), State.KILLED))

    def _finish(self, attempt: Attempt, event: Event) -> None:
        """Report an attempt, once."""
        if attempt.is_closed:
            return
        attempt.close()
        place = (attempt.assignment.execution.id, attempt.key)
        if self._under_way.get(place) is attempt:
            del self._under_way[place]
        if not self._reporting.is_open or attempt.stop is Stop.VOID:
            return
        if attempt.stop is Stop.KILLED and isinstance(event, TaskRunEnded):
            event = _ended(attempt, event.at, State.KILLED)
        if isinstance(attempt.assignment.work, CloseDirectory) and self._loop is not None:
            # Not before the report is committed: until then the closing may have to be done again.
            self._loop.call_later(_GRACE_SECONDS, self._threads.submit, partial(self._remove_shared, attempt))
        self._reporting.tell_end(attempt, event)

    def _remove_shared(self, attempt: Attempt) -> None:
        self._scratch.remove(self._scratch.shared(attempt.assignment.execution.id, attempt.key))

    def _lines_wait(self, attempt: Attempt) -> None:
        """Have lines shown soon, many at once; called on a thread when the first of them is written."""
        if attempt.is_watched:
            self._tell(self._flush_soon, attempt)

    def _flush_soon(self, attempt: Attempt) -> None:
        if self._loop is not None and not attempt.is_closed:
            attempt.alarms["flush"] = self._loop.call_later(_FLUSH_SECONDS, self._reporting.tell_lines, attempt)


def _identity(work: Work) -> tuple[str, int]:
    match work:
        case RunTask() | OpenDirectory() | CloseDirectory():
            return work.task_run_id, work.token
        case Evaluate():
            return f"{work.task_run_id or ''}/evaluate/{work.purpose}", 0
        case StoreOutputs():
            return "/store", 0
        case _:
            raise TypeError(f"{type(work).__name__} is no work for a worker")


def _ended(attempt: Attempt, at: int, state: State, error: str | None = None) -> Event:
    work = attempt.assignment.work
    if isinstance(work, Evaluate):
        return Evaluated(at=at, task_run_id=work.task_run_id, purpose=work.purpose, error=error or "cancelled")
    if isinstance(work, StoreOutputs):
        return OutputsStored(at=at, error=error or "cancelled")
    return TaskRunEnded(
        at=at,
        task_run_id=attempt.key,
        token=attempt.token,
        state=state,
        error=error,
        started_at=attempt.started_at,
    )
