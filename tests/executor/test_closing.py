"""A closing at any moment, also amid the making of rows, leaves an execution that goes on when it is opened again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import tiercel.executor.draft
import tiercel.executor.loop
from executor.stage import open_stage
from tiercel.executor.draft import Draft
from tiercel.model.state import State

Seal = Callable[..., Iterator[object]]
COUNT = 12
EACH = f"""
id: each
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    concurrencyLimit: 0
    values: "{{{{ range(1, {COUNT}) }}}}"
    tasks: [{{id: log, type: io.kestra.plugin.core.log.Log, message: "{{{{ taskrun.value }}}}"}}]
"""


@pytest.mark.parametrize("number", [1, 2, 5, 9, 14, 16])
async def test_an_execution_survives_a_closing_before_any_piece_of_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(tiercel.executor.loop, "_SLICE_MICROS", -1)  # others get the loop between any two pieces
    monkeypatch.setattr(tiercel.executor.draft, "ROWS_AT_ONCE", 1)
    reached = asyncio.Event()
    count = 0

    def count_pieces(seal: Seal, *given: object) -> Iterator[object]:
        nonlocal count
        for piece in seal(*given):
            count += 1
            if count >= number:
                reached.set()
            yield piece

    seal: Seal = Draft.seal
    monkeypatch.setattr(Draft, "seal", lambda *given: count_pieces(seal, *given))
    async with asyncio.timeout(120), open_stage(tmp_path) as stage:
        flow = await stage.save(EACH)
        execution = await stage.prepare(flow)
        starting = asyncio.ensure_future(stage.executor.start(execution))
        await reached.wait()
    await starting  # what a closing finds half made is stored all the same
    monkeypatch.undo()
    async with asyncio.timeout(120), open_stage(tmp_path) as stage:
        ended = await stage.executor.wait(execution.id)
        assert ended.state is State.SUCCESS
        task_runs = await stage.task_runs(execution.id)
        assert sorted(one.value or "" for one in task_runs) == sorted(["", *map(str, range(1, COUNT + 1))])
        assert {one.state for one in task_runs} == {State.SUCCESS}
        lines = [one.message for one in await stage.logs(execution.id)]
        assert sorted(lines) == sorted(map(str, range(1, COUNT + 1)))
