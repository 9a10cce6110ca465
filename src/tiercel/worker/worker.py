"""The worker of the same process: attempts on threads and coroutines, with time limits, kills and live lines.

The table of attempts belongs to the event loop. Threads only carry out one attempt and hand its outcome back to the
loop, which drops what is void: an attempt that was killed, timed out or dispatched anew reports once and never again.

A thread cannot be killed. A kill or a time limit sets ``ctx.is_cancelled`` and wakes ``ctx.wait``; what has not ended
ten seconds later is abandoned and replaced. A kill is reported when the attempt has really ended, or is abandoned; a
time limit at once, since its user asked for that moment.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from tiercel.expressions import Host
from tiercel.model.command import CloseDirectory, Evaluate, OpenDirectory, RunTask, StoreOutputs
from tiercel.model.event import Evaluated, Event, OutputsStored, TaskRunEnded, TaskRunStarted
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment, InlineResult, Reports
from tiercel.operations.environment import Environment
from tiercel.operations.outside import OutsideNeededError
from tiercel.operations.settings import ScriptSettings
from tiercel.operations.work_tally import Load, WorkKey
from tiercel.plugins.plans import Plans
from tiercel.plugins.registry import Registry
from tiercel.plugins.resources import Resources
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution
from tiercel.repository.records import Work
from tiercel.worker import inline
from tiercel.worker.attempt import Attempt, Stop
from tiercel.worker.bridge import Bridge
from tiercel.worker.containers import clear_engine, has_used_engine, tell_runner
from tiercel.worker.coroutines import Coroutines
from tiercel.worker.files import FileReader
from tiercel.worker.functions import FunctionHost
from tiercel.worker.lines import Lines
from tiercel.worker.listening import Listeners
from tiercel.worker.platform import Platform
from tiercel.worker.polling import Polls
from tiercel.worker.rendering import mask_of
from tiercel.worker.runner import Runner, Suspended
from tiercel.worker.scratch import Scratch
from tiercel.worker.threads import Threads

_GRACE_SECONDS = 10.0
_FLUSH_SECONDS = 0.1
_LOOK_SECONDS = 0.01


class Worker:
    """Fulfils ``Crew``.

    Attributes:
        polls: Looks on behalf of polling triggers.
        listeners: Listens on behalf of realtime triggers.
    """

    def __init__(self, environment: Environment, registry: Registry, home: Path) -> None:
        """Make a worker.

        Args:
            environment: Of the installation.
            registry: The tasks it can run.
            home: A directory of its own, for the files of tasks while they run.
        """
        self._environment = environment
        self._registry = registry
        self._bridge = Bridge(environment.database)
        self._scratch = Scratch(home)
        self._runner = Runner(environment, registry, Platform(environment, self._bridge), self._scratch)
        self._plans = Plans(registry)  # of inline tasks, which all run on the event loop
        self._threads = Threads(environment.settings.worker.threads, "tiercel-task")
        self._attempts: dict[tuple[str, str], Attempt] = {}
        self._reports: Reports | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_thread = 0
        self._coroutines = Coroutines("tiercel-coroutines")
        self._name = environment.new_id()
        self.polls = Polls(environment, self._runner, self._threads, self._coroutines)
        self.listeners = Listeners(environment, self._runner, self._coroutines)

    @property
    def abandoned_count(self) -> int:
        """How many threads were given up."""
        return self._threads.abandoned_count

    async def open(self, reports: Reports) -> None:
        """Begin to work; what a former process left in directories that nobody needs any more is removed.

        Raises:
            UnavailableError: The database cannot be read.
        """
        self._reports = reports
        self._environment.streams.tally.work.load = self._load
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._bridge.open()
        owners = await asyncio.to_thread(self._scratch.owners)
        over = await self._environment.database.read(partial(_without_open, execution_ids=owners))
        await asyncio.to_thread(self._scratch.clear, over)
        if has_used_engine(self._scratch):
            self._threads.submit(partial(clear_engine, *self._engine_parts()))

    def choose_runner(self) -> None:
        """Look for a container engine, unless scripts never run in one, and log where they will run."""
        if self._environment.settings.scripts.runner != "process":
            self._threads.submit(partial(tell_runner, *self._engine_parts()))

    def _engine_parts(self) -> tuple[Resources, Scratch, ScriptSettings]:
        return self._runner.resources, self._scratch, self._environment.settings.scripts

    def outside(self, namespace: str) -> Host:
        """Make a host that answers the blocking functions of expressions for a namespace; to be used on a thread."""
        reader = FileReader(self._environment, self._bridge, namespace, None)
        host = FunctionHost(self._environment, self._bridge, reader)
        host.find_class = self._registry.find_class
        return host

    def load_outputs(self, uri: str) -> dict[str, Json]:
        """Read outputs in storage; on the event loop say that a worker is needed."""
        if threading.get_ident() == self._loop_thread:
            raise OutsideNeededError(uri)
        return self._runner.read_outputs(uri)

    def close(self) -> None:
        """Ask every attempt to end and report nothing more; their jobs are taken up at the next start."""
        self._reports = None
        for attempt in self._attempts.values():
            attempt.close()
            attempt.end_early(Stop.VOID)
        self._attempts.clear()
        self._threads.close()
        self._coroutines.close()
        self._runner.close()

    def run_inline(self, assignment: Assignment) -> InlineResult | None:
        """Run an inline task now; None when it needs the outside."""
        return inline.run_inline(self._environment, self._plans, assignment)

    def evaluate(self, assignment: Assignment) -> Evaluated | None:
        """Answer an Evaluate command now; None when it needs the outside."""
        return inline.evaluate(self._environment, assignment)

    def assign(self, assignments: Sequence[Assignment]) -> None:
        """Begin work that has been committed."""
        for assignment in assignments:
            key, token = _identity(assignment.work)
            lines = Lines(assignment, self._environment.clock, mask_of(self._environment, assignment))
            attempt = Attempt(assignment, key, token, lines)
            attempt.assigned_at = self._environment.clock()
            lines.on_first = partial(self._lines_wait, attempt)
            self._attempts[assignment.execution.id, key] = attempt
            self._look_later(attempt)
            attempt.call = self._threads.submit(partial(self._carry_out, attempt))

    def has(self, execution_id: str, key: str, token: int) -> bool:
        """Whether that work is here and has not been reported."""
        attempt = self._attempts.get((execution_id, key))
        return attempt is not None and attempt.token == token

    def cancel(self, execution_id: str, key: str, token: int | None, *, is_killed: bool) -> bool:
        """Stop work; answered by a report when ``is_killed``."""
        attempt = self._attempts.get((execution_id, key))
        if attempt is None or token not in {None, attempt.token} or self._loop is None:
            return False
        attempt.end_early(Stop.KILLED if is_killed else Stop.VOID)
        if attempt.call is not None and self._threads.withdraw(attempt.call):
            self._finish(attempt, _ended(attempt, self._environment.clock(), State.KILLED))
        else:
            attempt.alarms["abandon"] = self._loop.call_later(_GRACE_SECONDS, self._abandon, attempt)
            if not is_killed:
                self._attempts.pop((execution_id, key), None)
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
        self._announce(attempt)
        if attempt.lines.entries:
            self._flush_soon(attempt)

    def _announce(self, attempt: Attempt) -> None:
        """Report the start of a task run, once."""
        if self._reports is None or attempt.is_announced or attempt.started_at is None:
            return
        if not isinstance(attempt.assignment.work, RunTask):
            return
        attempt.is_announced = True
        event = TaskRunStarted(
            at=attempt.started_at, task_run_id=attempt.key, token=attempt.token, worker_id=self._name
        )
        self._reports.report(attempt.assignment.execution.id, event)

    def _limit(self, attempt: Attempt, seconds: float, text: str) -> None:
        """End the attempt when its time is over."""
        if self._loop is not None and not attempt.is_closed:
            attempt.alarms["time out"] = self._loop.call_later(seconds, self._time_out, attempt, text)

    def _time_out(self, attempt: Attempt, text: str) -> None:
        if attempt.is_closed or attempt.stop is not None or self._loop is None:
            return
        attempt.end_early(Stop.TIMED_OUT)
        attempt.lines.write(inline.trace_level(attempt.assignment), f"Timeout after {text}, the task was told to stop")
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
        is_current = self._attempts.get(place) is attempt
        if is_current:
            del self._attempts[place]
        if self._reports is None or attempt.stop is Stop.VOID:
            return
        if attempt.stop is Stop.KILLED and isinstance(event, TaskRunEnded):
            event = _ended(attempt, event.at, State.KILLED)
        if isinstance(attempt.assignment.work, CloseDirectory) and self._loop is not None:
            # Not before the report is committed: until then the closing may have to be done again.
            self._loop.call_later(_GRACE_SECONDS, self._threads.submit, partial(self._remove_shared, attempt))
        self._announce(attempt)
        self._count(attempt, event)
        logs, metrics = attempt.lines.take()
        job = None if isinstance(event, TaskRunEnded) else attempt.key
        self._reports.report(attempt.assignment.execution.id, event, logs, metrics, job)

    def _count(self, attempt: Attempt, event: Event) -> None:
        work, execution = attempt.assignment.work, attempt.assignment.execution
        if not isinstance(event, TaskRunEnded) or not isinstance(work, RunTask):
            return
        key = WorkKey(execution.namespace, execution.flow_id, work.task.type, event.state)
        began = attempt.started_at or event.at
        is_timed_out = attempt.stop is Stop.TIMED_OUT
        tally = self._environment.streams.tally.work
        tally.note_end(key, waited=began - attempt.assigned_at, took=event.at - began, is_timed_out=is_timed_out)

    def _load(self) -> Load:
        running = sum(attempt.started_at is not None for attempt in self._attempts.values())
        return Load(running, len(self._attempts) - running)

    def _remove_shared(self, attempt: Attempt) -> None:
        self._scratch.remove(self._scratch.shared(attempt.assignment.execution.id, attempt.key))

    def _lines_wait(self, attempt: Attempt) -> None:
        """Have lines shown soon, many at once; called on a thread when the first of them is written."""
        if attempt.is_watched:
            self._tell(self._flush_soon, attempt)

    def _flush_soon(self, attempt: Attempt) -> None:
        if self._loop is not None and not attempt.is_closed:
            attempt.alarms["flush"] = self._loop.call_later(_FLUSH_SECONDS, self._flush, attempt)

    def _flush(self, attempt: Attempt) -> None:
        logs, metrics = attempt.lines.take()
        if self._reports is not None and (logs or metrics):
            self._reports.report(attempt.assignment.execution.id, None, logs, metrics)


def _without_open(connection: Connection, execution_ids: Sequence[str]) -> list[str]:
    """Leave out executions that are not over."""
    found = {one: find_execution(connection, one) for one in execution_ids}
    return [one for one, execution in found.items() if execution is None or execution.is_over]


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
