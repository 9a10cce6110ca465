"""The shortest way through everything: inline tasks in one pass, one commit, one answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from executor.stage import open_stage
from tiercel.errors import ConflictError
from tiercel.model.state import State

TWO = """
id: two
namespace: dev
tasks:
  - id: give
    type: io.kestra.plugin.core.output.OutputValues
    values: {total: "{{ 1 + 2 }}"}
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "total is {{ outputs.give.values.total }}"
"""


async def test_two_inline_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("turn.MICROS_A_TURN", "loop._SLICE_MICROS"):
        monkeypatch.setattr(f"tiercel.executor.{place}", 60_000_000)  # a busy machine must not cut the turn short
    async with open_stage(tmp_path) as stage:
        ended = await stage.run(TWO)
        stored = await stage.stored(ended.id)
        runs = await stage.task_runs(ended.id)
        lines = await stage.logs(ended.id)
    assert ended.state is State.SUCCESS
    assert stored.is_over
    assert stored.version == 1
    assert [run.state for run in runs] == [State.SUCCESS, State.SUCCESS]
    assert runs[0].outputs == {"values": {"total": "3"}}
    assert [line.message for line in lines] == ["total is 3"]


async def test_an_id_that_exists_is_refused_and_nothing_of_it_changes(tmp_path: Path) -> None:
    async with open_stage(tmp_path) as stage:
        ended = await stage.run(TWO)
        again = await stage.prepare(await stage.save(TWO))
        again.id = ended.id
        with pytest.raises(ConflictError, match=f"execution {ended.id} exists"):
            await stage.executor.start(again)
        stored = await stage.stored(ended.id)
        assert (stored.state, stored.version) == (State.SUCCESS, ended.version)
        assert len(await stage.task_runs(ended.id)) == 2
        assert len(await stage.logs(ended.id)) == 1
