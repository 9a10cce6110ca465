"""Looks of polling triggers on the threads of the worker, each carried out as a task is and answered to its caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from tiercel.model.event import Event, TaskRunEnded
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, InlineResult
from tiercel.operations.environment import Environment
from tiercel.worker.attempt import Attempt, Stop
from tiercel.worker.coroutines import Coroutines
from tiercel.worker.lines import Lines
from tiercel.worker.rendering import mask_of
from tiercel.worker.runner import Limit, Runner, Suspended
from tiercel.worker.threads import Threads

_GRACE_SECONDS = 10.0


class Polls:
    """Fulfils ``Pollster`` with the threads and coroutines of a worker."""

    def __init__(self, environment: Environment, runner: Runner, threads: Threads, coroutines: Coroutines) -> None:
        self._environment = environment
        self._runner = runner
        self._threads = threads
        self._coroutines = coroutines

    async def poll(self, assignment: Assignment, seconds: float) -> InlineResult:
        """Carry out one look; one that takes too long is told to stop, and given up when it does not."""
        lines = Lines(assignment, self._environment.clock, mask_of(self._environment, assignment))
        key = assignment.task_run.id if assignment.task_run is not None else ""
        attempt = Attempt(assignment, key, 0, lines)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Event] = loop.create_future()
        tell = partial(_tell, loop, done)
        attempt.call = self._threads.submit(
            partial(self._carry_out, attempt, tell, partial(self._limit, attempt, loop, tell))
        )
        try:
            async with asyncio.timeout(seconds):
                event = await done
        except TimeoutError:
            loop.call_later(_GRACE_SECONDS, self._threads.abandon, attempt.call)
            event = self._failed(attempt, f"It took longer than {seconds:g} seconds")
        finally:
            attempt.end_early(Stop.TIMED_OUT)
        if not isinstance(event, TaskRunEnded):
            event = self._failed(attempt, f"{type(event).__name__} is no answer")
        return InlineResult(event, *lines.take())

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


def _tell(loop: asyncio.AbstractEventLoop, done: asyncio.Future[Event], event: Event) -> None:
    """Answer from a thread; nobody is told when the loop, or whoever asked, is gone."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, done, event)


def _settle(done: asyncio.Future[Event], event: Event) -> None:
    if not done.done():
        done.set_result(event)
