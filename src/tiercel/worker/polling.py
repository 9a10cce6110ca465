"""Looks of polling triggers on the threads of the worker, each carried out as a task is and answered to its caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from tiercel.model.event import Event, TaskRunEnded
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, InlineResult
from tiercel.operations.environment import Environment
from tiercel.operations.pollster import Tell
from tiercel.worker.attempt import Attempt, Stop
from tiercel.worker.coroutines import Coroutines
from tiercel.worker.lines import Lines
from tiercel.worker.rendering import mask_of
from tiercel.worker.runner import Limit, Runner, Suspended
from tiercel.worker.threads import Threads

_GRACE_SECONDS = 10.0
_TELL_SECONDS = 0.1


class Polls:
    """Fulfils ``Pollster`` with the threads and coroutines of a worker."""

    def __init__(self, environment: Environment, runner: Runner, threads: Threads, coroutines: Coroutines) -> None:
        self._environment = environment
        self._runner = runner
        self._threads = threads
        self._coroutines = coroutines

    async def poll(self, assignment: Assignment, seconds: float, tell: Tell | None = None) -> InlineResult:
        """Carry out one look; one that takes too long is told to stop, and given up when it does not."""
        lines = Lines(assignment, self._environment.clock, mask_of(self._environment, assignment))
        key = assignment.task_run.id if assignment.task_run is not None else ""
        attempt = Attempt(assignment, key, 0, lines)
        loop = asyncio.get_running_loop()
        told = _Told(lines, tell, loop)
        done: asyncio.Future[Event] = loop.create_future()
        end = partial(_tell, loop, done)
        attempt.call = self._threads.submit(
            partial(self._carry_out, attempt, end, partial(self._limit, attempt, loop, end))
        )
        try:
            async with asyncio.timeout(seconds):
                event = await done
        except TimeoutError:
            event = self._failed(attempt, f"It took longer than {seconds:g} seconds")
        finally:
            attempt.end_early(Stop.TIMED_OUT)
            if not done.done() or done.cancelled():
                loop.call_later(_GRACE_SECONDS, self._threads.abandon, attempt.call)
        if not isinstance(event, TaskRunEnded):
            event = self._failed(attempt, f"{type(event).__name__} is no answer")
        return InlineResult(event, *told.all())

    def _carry_out(self, attempt: Attempt, tell: Callable[[Event], None], limit: Limit) -> None:
        """Do it; on a thread."""
        attempt.started_at = self._environment.clock()
        outcome = self._runner.run(attempt, limit)
        if not isinstance(outcome, Suspended):
            tell(outcome)
            return
        future = self._coroutines.submit(outcome.coroutine)
        attempt.coroutine = future
        if attempt.is_stopped:
            future.cancel()
        future.add_done_callback(partial(self._go_on, attempt, outcome, tell))

    def _go_on(
        self, attempt: Attempt, suspended: Suspended, tell: Callable[[Event], None], done: Future[object]
    ) -> None:
        attempt.call = self._threads.submit(lambda: tell(suspended.finish(done)))

    def _limit(
        self,
        attempt: Attempt,
        loop: asyncio.AbstractEventLoop,
        tell: Callable[[Event], None],
        seconds: float,
        text: str,
    ) -> None:
        """Keep the time limit a task has of its own; called on a thread."""
        end = partial(self._time_out, attempt, tell, text)
        if not loop.is_closed():
            loop.call_soon_threadsafe(partial(loop.call_later, seconds, end))

    def _time_out(self, attempt: Attempt, tell: Callable[[Event], None], text: str) -> None:
        if attempt.is_stopped:
            return  # it is over
        attempt.end_early(Stop.TIMED_OUT)
        tell(self._failed(attempt, f"Timeout after {text}"))

    def _failed(self, attempt: Attempt, message: str) -> TaskRunEnded:
        return TaskRunEnded(
            at=self._environment.clock(), task_run_id=attempt.key, token=0, state=State.FAILED, error=message
        )


class _Told:
    """The lines of a look, told of while they are written and kept for its result; for the event loop."""

    def __init__(self, lines: Lines, tell: Tell | None, loop: asyncio.AbstractEventLoop) -> None:
        self._lines = lines
        self._tell = tell
        self._loop = loop
        self._entries: list[LogEntry] = []
        self._figures: list[MetricEntry] = []
        if tell is not None:
            lines.on_first = self._wait

    def all(self) -> tuple[Sequence[LogEntry], Sequence[MetricEntry]]:
        """Give everything that was written; nobody is told any more."""
        self._tell = None
        self._take()
        return self._entries, self._figures

    def _wait(self) -> None:
        """Let more lines come together; called on the thread that wrote the first of them."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.call_later, _TELL_SECONDS, self._take)

    def _take(self) -> None:
        entries, figures = self._lines.take()
        self._entries += entries
        self._figures += figures
        if entries and self._tell is not None:
            self._tell(entries)


def _tell(loop: asyncio.AbstractEventLoop, done: asyncio.Future[Event], event: Event) -> None:
    """Answer from a thread; nobody is told when the loop, or whoever asked, is gone."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, done, event)


def _settle(done: asyncio.Future[Event], event: Event) -> None:
    if not done.done():
        done.set_result(event)
