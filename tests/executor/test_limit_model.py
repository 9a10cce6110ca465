"""Limits, whatever happens in whatever order: no more run than may, and nobody waits for a slot that is free.

The rules drive a real executor over SQLite; what must hold is told from the rows alone, by counting. Executions stand
at a Pause, so that they hold what they hold until a rule lets go of them. A crash stops the process between any two
steps, without a last commit.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from executor.stage import Stage, open_stage
from tiercel.errors import TiercelError
from tiercel.executor.loop import Loop
from tiercel.model.event import Event, KillRequested, RestartRequested, ResumeRequested, RunForced
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.control import unqueue
from tiercel.operations.executions import delete_executions
from tiercel.operations.pools import set_pool
from tiercel.operations.replaying import ReplayRequest, replay
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution

FLOWS = {
    "plain": "concurrency: {limit: 2}",
    "keyed": 'inputs: [{id: key, type: STRING}]\nconcurrency: {limit: 1, key: "{{ inputs.key }}", pool: shared}',
    "ranked": 'inputs: [{id: key, type: STRING}]\nconcurrency: {pool: shared, priority: "{{ inputs.key | length }}"}',
}
LIMITS = {"plain": 2, "keyed": 1}
SOURCE = """
id: %s
namespace: dev
%s
tasks:
  - {id: wait, type: io.kestra.plugin.core.flow.Pause}
  - {id: fail, type: io.kestra.plugin.core.execution.Fail, runIf: "{{ kv('failing', errorOnMissing=false) ?? 'no' }}"}
"""
_WAITING = {State.CREATED, State.QUEUED, State.RESTARTED}
_RESTING = {State.QUEUED, State.PAUSED}


class Limits(RuleBasedStateMachine):
    """Executions of three flows that share a pool, and what may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.home = Path(tempfile.mkdtemp())
        self.ids: list[str] = []
        self.forced: set[str] = set()
        self.slots = 2

    @initialize()
    def open(self) -> None:
        self.runner.run(self._open())
        self.runner.run(set_pool(self.stage.environment, LOCAL, "shared", self.slots))
        self.flows = {name: self.runner.run(self.stage.save(SOURCE % (name, own))) for name, own in FLOWS.items()}

    @rule(name=st.sampled_from(sorted(FLOWS)), key=st.sampled_from(["a", "bb"]), count=st.integers(1, 3))
    def start(self, name: str, key: str, count: int) -> None:
        async def go() -> None:
            given = {} if name == "plain" else {"key": key}
            made = [await self.stage.prepare(self.flows[name], **given) for _ in range(count)]
            await asyncio.gather(*(self.stage.executor.start(one) for one in made))
            self.ids += [one.id for one in made]

        self.runner.run(go())
        self.check()

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), what=st.sampled_from(["resume", "kill", "restart", "force", "unqueue", "replay", "delete"]))
    def act(self, data: st.DataObject, what: str) -> None:
        self.runner.run(self._act(data.draw(st.sampled_from(self.ids)), what))
        self.check()

    @rule(slots=st.integers(0, 3))
    def resize(self, slots: int) -> None:
        async def go() -> None:
            self.over = self._counts(await self._all())[1]
            await set_pool(self.stage.environment, LOCAL, "shared", slots)
            self.slots = slots

        self.runner.run(go())
        self.check()

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), what=st.sampled_from(["kill", "resume", "delete", "nothing"]))
    def crash(self, data: st.DataObject, what: str) -> None:
        async def go() -> None:
            one = data.draw(st.sampled_from(self.ids))
            doing = asyncio.ensure_future(_nothing() if what == "nothing" else self._act(one, what))
            for _ in range(data.draw(st.integers(0, 40))):
                await asyncio.sleep(0.0001)
            doing.cancel()
            executor = self.stage.executor
            tasks = executor._tasks  # noqa: SLF001 (no way from outside leaves so little behind)
            for task in tasks:
                task.cancel()
            await asyncio.gather(doing, *tasks, return_exceptions=True)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Loop, "finish", _finish_nothing)  # the process is gone before its last commit
                await self._close()
            await self._open()

        self.runner.run(go())
        self.check()

    over = 0

    def check(self) -> None:
        self.runner.run(self._settle())

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.runner.run(self._close())
        self.runner.close()
        shutil.rmtree(self.home)

    async def _act(self, one: str, what: str) -> None:
        environment, executor = self.stage.environment, self.stage.executor
        now = environment.clock()
        try:
            if what == "replay":
                self.ids.append((await replay(environment, LOCAL, ReplayRequest(execution_id=one))).execution.id)
            elif what == "delete":
                self.ids.remove(one)
                await delete_executions(environment, LOCAL, [one], with_live=True)
            elif what == "unqueue":
                await unqueue(environment, LOCAL, one, State.FAILED)
            else:
                if what == "force":
                    self.forced.add(one)
                events: dict[str, Event] = {
                    "resume": ResumeRequested(at=now),
                    "kill": KillRequested(at=now),
                    "restart": RestartRequested(at=now),
                    "force": RunForced(at=now),
                }
                await executor.submit(one, events[what])
        except TiercelError:
            pass  # it was not in a state for that

    async def _settle(self) -> None:
        """Wait until all that follows from a step is stored; then nobody waits for what is free."""
        patience = asyncio.get_running_loop().time() + 60
        while (problem := await self._problem()) is not None:
            if problem.startswith("too many") or asyncio.get_running_loop().time() > patience:
                raise AssertionError(problem)
            await asyncio.sleep(0.002)

    async def _problem(self) -> str | None:
        executions = await self._all()
        held, pool = self._counts(executions)
        for (flow, key), count in held.items():
            limit = LIMITS.get(flow)
            if limit is not None and count > limit:
                return f"too many: {count} of {flow} {key} run, {limit} may"
        self.over = min(self.over, pool) if pool > self.slots else 0
        if pool > max(self.slots, self.over):
            return f"too many: {pool} of the pool run, {self.slots} may"
        counts = self._counts(executions, with_forced=True)
        for one in executions:
            if not (one.state in _RESTING or one.state.is_terminal):
                return f"{one.id} of {one.flow_id} is {one.state.name} and goes on to something else"
            if one.state is State.QUEUED and self._may_start(one, counts):
                return f"{one.id} of {one.flow_id} waits for a slot that is free"
        return None

    def _may_start(self, one: Execution, counts: tuple[dict[tuple[str, str], int], int]) -> bool:
        held, pool = counts
        limit = LIMITS.get(one.flow_id)
        if limit is not None and held.get((one.flow_id, _key(one)), 0) >= limit:
            return False
        return one.flow_id == "plain" or pool < self.slots

    def _counts(
        self, executions: list[Execution], *, with_forced: bool = False
    ) -> tuple[dict[tuple[str, str], int], int]:
        held: dict[tuple[str, str], int] = {}
        pool = 0
        for one in executions:
            if one.state in _WAITING or one.state.is_terminal:
                continue
            if one.id in self.forced and not with_forced:
                continue
            held[one.flow_id, _key(one)] = held.get((one.flow_id, _key(one)), 0) + 1
            pool += one.flow_id != "plain"
        return held, pool

    async def _all(self) -> list[Execution]:
        """All executions as of one moment: read one by one, a slot given on in between would count twice."""

        def read(connection: Connection) -> list[Execution]:
            return [one for id_ in self.ids if (one := find_execution(connection, id_)) is not None]

        return await self.stage.environment.database.read(read)

    async def _open(self) -> None:
        self.stack = AsyncExitStack()
        self.stage: Stage = await self.stack.enter_async_context(open_stage(self.home))

    async def _close(self) -> None:
        await self.stack.aclose()


async def _nothing() -> None:
    """Do nothing."""


async def _finish_nothing(loop: Loop) -> None:
    """Commit nothing any more."""
    del loop


def _key(execution: Execution) -> str:
    return str(execution.inputs.get("key")) if execution.flow_id == "keyed" else ""


TestLimits = Limits.TestCase
TestLimits.settings = settings(
    max_examples=int(os.environ.get("TEST_TIERCEL_LIMITS", "12")),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
