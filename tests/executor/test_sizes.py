"""However much an execution has to do at once, others have the loop in between: no step touches more than so much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from pathlib import Path

import pytest

import tiercel.executor.draft
import tiercel.executor.loop
import tiercel.executor.turn
from executor.stage import open_stage
from tiercel.engine import Facts, Run, decide_all
from tiercel.engine.flowables.pace import SLICE
from tiercel.executor.draft import ROWS_AT_ONCE, Draft
from tiercel.executor.turn import TASK_RUNS_AT_ONCE
from tiercel.model.command import Command
from tiercel.model.event import Event
from tiercel.model.state import State
from tiercel.operations.assignments import Assignment
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.worker.worker import Worker

COUNT = 1_000
ASSIGNED_AT_ONCE = 100
EACH = """
id: each
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.{kind}
    concurrencyLimit: 0
    values: "{{{{ range(1, {count}) }}}}"
    tasks: [{{id: log, type: io.kestra.plugin.core.log.Log, message: hello{more}}}]
"""


class Sizes:
    """What single steps of the loop had to do."""

    def __init__(self) -> None:
        self.told = [0]
        self.ordered = [0]
        self.rows = [0]
        self.assigned = [0]

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """Count from now on."""
        assign = Worker.assign

        def decide(run: Run, events: Iterable[Event], facts: Facts) -> list[Command]:
            events = list(events)
            commands = decide_all(run, events, facts)
            self.told.append(len(events))
            self.ordered.append(len(commands))
            return commands

        def prepare_counted(batch: Batch) -> object:
            kinds: tuple[Sized, ...] = (batch.task_runs, batch.logs, batch.jobs, batch.done_jobs, batch.executions)
            self.rows.append(max(len(kind) for kind in kinds))
            return prepare_batch(batch)

        def assign_counted(worker: Worker, assignments: Sequence[Assignment]) -> None:
            self.assigned.append(len(assignments))
            assign(worker, assignments)

        patch.setattr(tiercel.executor.turn, "decide_all", decide)
        patch.setattr(tiercel.executor.draft, "prepare_batch", prepare_counted)
        patch.setattr(Worker, "assign", assign_counted)


@pytest.mark.parametrize(("kind", "more"), [("ForEach", ""), ("ForEach", ", timeout: PT1H"), ("Loop", "")])
async def test_no_step_has_more_to_do_than_a_hundred_task_runs_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, more: str
) -> None:
    sizes = Sizes()
    sizes.watch(monkeypatch)
    async with asyncio.timeout(120), open_stage(tmp_path) as stage:
        ended = await stage.run(EACH.format(kind=kind, count=COUNT, more=more))
    assert ended.state is State.SUCCESS
    assert sum(sizes.ordered) >= COUNT
    assert max(sizes.told) <= TASK_RUNS_AT_ONCE
    assert max(sizes.ordered) <= SLICE + TASK_RUNS_AT_ONCE + 2
    assert max(sizes.rows) <= ROWS_AT_ONCE
    assert max(sizes.assigned) <= ASSIGNED_AT_ONCE


async def test_others_have_the_loop_between_the_pieces_of_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiercel.executor.loop, "_SLICE_MICROS", -1)
    monkeypatch.setattr(tiercel.executor.draft, "ROWS_AT_ONCE", 10)
    seal, turns, seen = Draft.seal, 0, list[int]()

    def seal_and_note(*given: object) -> Iterator[object]:
        whole: Callable[..., Iterator[object]] = seal
        for piece in whole(*given):
            seen.append(turns)
            yield piece

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(Draft, "seal", seal_and_note)
    async with asyncio.timeout(120), open_stage(tmp_path) as stage:
        others = asyncio.create_task(take_turns())
        await stage.run(EACH.format(kind="ForEach", count=200, more=""))
        others.cancel()
    assert len(seen) > COUNT / 50
    assert len(set(seen)) == len(seen)
