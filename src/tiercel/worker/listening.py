"""Triggers that listen, each on a thread of its own or on the loop of coroutines, until they are told to stop.

They would block the threads of tasks for ever, so they do not use them. One that does not stop within a few seconds
is left behind: it can start nothing any more, and ends with the process at the latest.
"""

from __future__ import annotations

import asyncio
import threading
from functools import partial

from tiercel.model.event import Event, TaskRunEnded
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment
from tiercel.operations.environment import Environment
from tiercel.operations.listening import Lines as TakeLines
from tiercel.worker.attempt import Attempt, Stop
from tiercel.worker.coroutines import Coroutines
from tiercel.worker.lines import Lines
from tiercel.worker.rendering import mask_of
from tiercel.worker.runner import Runner, Suspended

_FLUSH_SECONDS = 0.5
_GRACE_SECONDS = 3.0


class Listeners:
    """Fulfils ``Listener``."""

    def __init__(self, environment: Environment, runner: Runner, coroutines: Coroutines) -> None:
        self._environment = environment
        self._runner = runner
        self._coroutines = coroutines

    async def listen(self, assignment: Assignment, on_lines: TakeLines) -> TaskRunEnded:
        """Listen until it fails or ends of itself; cancel it to stop."""
        loop = asyncio.get_running_loop()
        lines = Lines(assignment, self._environment.clock, mask_of(self._environment, assignment))
        key = assignment.task_run.id if assignment.task_run is not None else ""
        attempt = Attempt(assignment, key, 0, lines)
        flush = partial(_flush, lines, on_lines)
        lines.on_first = partial(_soon, loop, flush)
        done: asyncio.Future[Event] = loop.create_future()
        work = partial(self._work, attempt, loop, done)
        # daemon: one that does not stop must not keep the process alive
        threading.Thread(target=work, name=f"tiercel-listen-{assignment.flow.id}", daemon=True).start()
        try:
            event = await asyncio.shield(done)
        except asyncio.CancelledError:
            attempt.end_early(Stop.VOID)
            await asyncio.wait([done], timeout=_GRACE_SECONDS)
            raise
        finally:
            attempt.end_early(Stop.VOID)
            lines.on_first = None
            flush()
        if isinstance(event, TaskRunEnded):
            return event
        return TaskRunEnded(
            at=self._environment.clock(), task_run_id=key, token=0, state=State.FAILED, error="It gave no answer"
        )

    def _work(self, attempt: Attempt, loop: asyncio.AbstractEventLoop, done: asyncio.Future[Event]) -> None:
        """Listen; on the thread."""
        attempt.started_at = self._environment.clock()
        outcome = self._runner.run(attempt, lambda _seconds, _text: None)
        if not isinstance(outcome, Suspended):
            _tell(loop, done, outcome)
            return
        future = self._coroutines.submit(outcome.coroutine)
        attempt.coroutine = future
        if attempt.is_stopped:
            future.cancel()
        ended = threading.Event()
        future.add_done_callback(lambda _: ended.set())
        ended.wait()
        _tell(loop, done, outcome.finish(future))


def _tell(loop: asyncio.AbstractEventLoop, done: asyncio.Future[Event], event: Event) -> None:
    """Answer from a thread; nobody is told when the loop is gone."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, done, event)


def _settle(done: asyncio.Future[Event], event: Event) -> None:
    if not done.done():
        done.set_result(event)


def _soon(loop: asyncio.AbstractEventLoop, flush: partial[None]) -> None:
    """Have lines shown soon; called on a thread when the first of them is written."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(loop.call_later, _FLUSH_SECONDS, flush)


def _flush(lines: Lines, on_lines: TakeLines) -> None:
    entries, _ = lines.take()
    if entries:
        on_lines(entries)
