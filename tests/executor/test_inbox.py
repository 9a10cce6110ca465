"""Rows of the inbox that nobody can read: said, removed, and in nobody's way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from executor.stage import open_stage
from executor.test_children import CHILD, PARENT
from executor.test_first import TWO
from tiercel.model.event import Event, LabelsReplaced
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.repository import inbox
from tiercel.repository.connection import Connection, Row
from tiercel.repository.records import InboxEntry
from worker import tasks


def put(execution: Execution, event: Event | bytes) -> Callable[[Connection], int]:
    """Give what writes an event for an execution, or bytes that are none, into the inbox."""
    raw = event if isinstance(event, bytes) else inbox.to_row(InboxEntry(execution_id="", shard=0, event=event))[-1]

    def write(connection: Connection) -> int:
        sql = "INSERT INTO inbox (shard, execution_id, event) VALUES (?, ?, ?) RETURNING id"
        return int(connection.fetch(sql, (execution.shard, execution.id, raw))[0][0])

    return write


def remaining(connection: Connection) -> list[Row]:
    return connection.fetch("SELECT id FROM inbox")


async def test_one_found_at_the_start_keeps_nothing_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_stage(tmp_path) as stage:
        execution = await stage.run(TWO)
        database = stage.environment.database
        bad = await database.write(put(execution, b"\xc1"))
        await database.write(put(execution, LabelsReplaced(at=1, labels=[("told", "after")])))
    async with open_stage(tmp_path) as stage, asyncio.timeout(60):
        while ("told", "after") not in (await stage.stored(execution.id)).labels:
            pass
        assert await stage.environment.database.read(remaining) == []
    assert f"event {bad} of the inbox, for execution {execution.id}, cannot be read" in caplog.text


async def test_one_found_on_the_way_keeps_nothing_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with open_stage(tmp_path, plugins=tasks.ALL, residents=0) as stage, asyncio.timeout(60):
        await stage.save(CHILD)
        other = await stage.run(TWO)
        database = stage.environment.database
        bad = await database.write(put(other, b"\x81\xa4type\xa7Unknown"))
        # The parent is not in memory when its child ends, so it is told through the inbox.
        assert (await stage.run(PARENT)).state is State.SUCCESS
        assert await database.read(remaining) == []
    assert f"event {bad} of the inbox, for execution {other.id}, cannot be read" in caplog.text
