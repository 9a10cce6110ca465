"""The worker of the same process: what it takes to run attempts, opened and closed in order, and what it offers others.

The attempts themselves, with their time limits and kills, are kept by `attempts`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tiercel.expressions import Host
from tiercel.model.event import Evaluated
from tiercel.model.json import Json
from tiercel.operations.assignments import Assignment, InlineResult, Reports
from tiercel.operations.environment import Environment
from tiercel.operations.outside import OutsideNeededError
from tiercel.operations.settings import ScriptSettings
from tiercel.plugins.plans import Plans
from tiercel.plugins.registry import Registry
from tiercel.plugins.resources import Resources
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution
from tiercel.worker import inline
from tiercel.worker.attempts import Attempts
from tiercel.worker.bridge import Bridge
from tiercel.worker.containers import clear_engine, has_used_engine, tell_runner
from tiercel.worker.coroutines import Coroutines
from tiercel.worker.files import FileReader
from tiercel.worker.functions import FunctionHost
from tiercel.worker.listening import Listeners
from tiercel.worker.platform import Platform
from tiercel.worker.polling import Polls
from tiercel.worker.runner import Runner
from tiercel.worker.scratch import Scratch
from tiercel.worker.threads import Threads


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
        self._coroutines = Coroutines("tiercel-coroutines")
        self._attempts = Attempts(environment, self._runner, self._scratch, self._threads, self._coroutines)
        self._loop_thread = 0
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
        self._attempts.open(reports)
        self._environment.streams.tally.work.load = self._attempts.load
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
        self._attempts.close()
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
            self._attempts.begin(assignment)

    def has(self, execution_id: str, key: str, token: int) -> bool:
        """Whether that work is here and has not been reported."""
        return self._attempts.has(execution_id, key, token)

    def cancel(self, execution_id: str, key: str, token: int | None, *, is_killed: bool) -> bool:
        """Stop work; answered by a report when ``is_killed``."""
        return self._attempts.cancel(execution_id, key, token, is_killed=is_killed)


def _without_open(connection: Connection, execution_ids: Sequence[str]) -> list[str]:
    """Leave out executions that are not over."""
    found = {one: find_execution(connection, one) for one in execution_ids}
    return [one for one, execution in found.items() if execution is None or execution.is_over]
