"""The shortest way through everything: inline tasks in one pass, one commit, one answer."""

from __future__ import annotations

from executor.stage import open_stage
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


async def test_two_inline_tasks(tmp_path, monkeypatch):
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
