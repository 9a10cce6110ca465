"""A crash after any commit: what was stored then is enough for a new process to bring every execution to its end.

Turns and commits are made as small as they can be, so that there are as many moments to crash as there can be. After
each commit the database is copied as a crash would leave it; then each copy is opened like any other.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TypeVar

import pytest

import tiercel.executor.draft
import tiercel.executor.loop
import tiercel.executor.turn
from executor.stage import Stage, open_stage
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.repository.connection import Connection

T = TypeVar("T")
LOG = "io.kestra.plugin.core.log.Log"
CHILD = f"""
id: child
namespace: dev
inputs: [{{id: number, type: INT}}]
tasks: [{{id: say, type: {LOG}, message: "{{{{ inputs.number }}}}"}}]
"""
SUBFLOWS = """
id: parent
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    concurrencyLimit: 0
    values: [1, 2, 3, 4, 5]
    tasks:
      - id: call
        type: io.kestra.plugin.core.flow.Subflow
        namespace: dev
        flowId: child
        inputs: {number: "{{ taskrun.value }}"}
"""
FOR_EACH = f"""
id: parent
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    concurrencyLimit: 3
    values: [1, 2, 3, 4, 5]
    tasks:
      - {{id: one, type: {LOG}, message: "{{{{ taskrun.value }}}}"}}
      - {{id: two, type: {LOG}, message: "{{{{ taskrun.value }}}}", timeout: PT1H}}
"""
LOOP = f"""
id: parent
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.Loop
    concurrencyLimit: 3
    values: [1, 2, 3, 4, 5]
    tasks: [{{id: one, type: {LOG}, message: "{{{{ item.value }}}}"}}]
"""
BREAK = f"""
id: parent
namespace: dev
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.Loop
    concurrencyLimit: 2
    values: [1, 2, 3, 4, 5, 6]
    breakWhen: "{{{{ outputs.each.iterationCount == 7 }}}}"
    tasks: [{{id: one, type: {LOG}, message: "{{{{ item.value }}}}"}}]
"""
UNTIL = f"""
id: parent
namespace: dev
tasks:
  - id: until
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{{{ outputs.until.iterationCount >= 3 }}}}"
    checkFrequency: {{interval: PT0S}}
    tasks: [{{id: one, type: {LOG}, message: round}}]
"""
DAG = f"""
id: parent
namespace: dev
tasks:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {{id: a, type: {LOG}, message: a}}
      - task: {{id: b, type: {LOG}, message: b, timeout: PT1H}}
      - task: {{id: c, type: {LOG}, message: c, runIf: "{{{{ 1 == 1 }}}}"}}
        dependsOn: [a, b]
      - task: {{id: d, type: {LOG}, message: d}}
        dependsOn: [c]
"""
FAILING = f"""
id: parent
namespace: dev
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: choice
        type: io.kestra.plugin.core.flow.If
        condition: "{{{{ inputs.number == 3 }}}}"
        then:
          - id: fail
            type: io.kestra.plugin.core.execution.Fail
            retry: {{type: constant, interval: PT0.001S, maxAttempts: 3}}
      - {{id: say, type: {LOG}, message: say, timeout: PT1H}}
    errors: [{{id: inner, type: {LOG}, message: inner}}]
    finally: [{{id: inner_finally, type: {LOG}, message: finally}}]
inputs: [{{id: number, type: INT, defaults: 3}}]
errors: [{{id: outer, type: {LOG}, message: outer}}]
finally: [{{id: outer_finally, type: {LOG}, message: finally}}]
afterExecution: [{{id: after, type: {LOG}, message: after}}]
outputs: [{{id: given, type: STRING, value: "{{{{ inputs.number }}}}"}}]
"""
SHAPES = {
    "break": BREAK,
    "dag": DAG,
    "failing": FAILING,
    "for-each": FOR_EACH,
    "loop": LOOP,
    "subflows": SUBFLOWS,
    "until": UNTIL,
}


@pytest.mark.parametrize("turn", ["one letter", "one letter, large commits", "one look", "as long as may be"])
@pytest.mark.parametrize("shape", SHAPES)
async def test_every_commit_can_be_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, turn: str
) -> None:
    if "large commits" not in turn:
        monkeypatch.setattr(tiercel.executor.draft, "TASK_RUNS_A_BATCH", 1)
    if turn != "as long as may be":
        monkeypatch.setattr(tiercel.executor.turn, "MICROS_A_TURN", -1)
        monkeypatch.setattr(tiercel.executor.loop, "_SLICE_MICROS", -1)
    if "one letter" in turn:
        monkeypatch.setattr(tiercel.executor.turn, "_ENDS_AT_ONCE", 1)
    async with asyncio.timeout(120), open_stage(tmp_path / "whole") as stage:
        await stage.save(CHILD)
        execution = await stage.prepare(await stage.save(SHAPES[shape]))
        async with copied_after_each_write(stage, tmp_path) as copies:
            await stage.executor.start(execution)
            expected = await outcome(stage, execution)
    assert len(copies) > 1
    for copy in copies:
        async with asyncio.timeout(120), open_stage(copy) as stage:
            if await is_stored(stage, execution):
                assert (copy.name, await outcome(stage, execution)) == (copy.name, expected)


@asynccontextmanager
async def copied_after_each_write(stage: Stage, folder: Path) -> AsyncIterator[list[Path]]:
    """Copy the database after each write; gives the folders with the copies."""
    database = stage.environment.database
    write, copies = database.write, list[Path]()

    async def write_and_copy(change: Callable[[Connection], T]) -> T:
        result = await write(change)
        copy = folder / f"copy{len(copies)}"
        copy.mkdir()
        with (
            closing(sqlite3.connect(folder / "whole" / "tiercel.db")) as source,
            closing(sqlite3.connect(copy / "tiercel.db")) as target,
        ):
            source.backup(target)
        copies.append(copy)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "write", write_and_copy)
        yield copies


async def is_stored(stage: Stage, execution: Execution) -> bool:
    query = "SELECT count(*) FROM executions WHERE id = ?"
    rows = await stage.environment.database.read(lambda connection: connection.fetch(query, (execution.id,)))
    return bool(rows[0][0])


async def outcome(stage: Stage, execution: Execution) -> tuple[State, dict[tuple[str, State], int]]:
    """How it ends, and how many task runs of each task ended how."""
    ended = await stage.executor.wait(execution.id)
    task_runs = await stage.task_runs(execution.id)
    return ended.state, dict(Counter((one.task_id, one.state) for one in task_runs))
