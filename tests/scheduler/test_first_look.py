"""Many new schedules at once: each is looked at, and nothing else on the loop waits for all of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scheduler.clockwork import flow_with, open_clockwork
from tiercel.operations import flows
from tiercel.operations.actor import LOCAL
from tiercel.repository.connection import Connection
from tiercel.scheduler import scheduler

COUNT = 300


async def test_looks_give_way_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "BREATH_SECONDS", 0.0)
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while turns < 100 * COUNT:
            turns += 1
            await asyncio.sleep(0)

    async with open_clockwork(tmp_path) as works:
        saved = await flows.save_flow(works.environment, LOCAL, flow_with())
        row = await works.trigger()

        def multiply(connection: Connection) -> None:
            names = [name for _, name, *_ in connection.fetch("PRAGMA table_info(triggers)")]
            for number in range(COUNT):
                taken = ", ".join({"flow_id": f"'flow{number}'"}.get(name, name) for name in names)
                connection.execute(f"INSERT INTO triggers SELECT {taken} FROM triggers WHERE flow_id = 'flow'")

        await works.environment.database.write(multiply)
        others = asyncio.create_task(take_turns())
        await works.scheduler.step()
        others.cancel()
        assert saved.stored.revision == 1
        assert row.begin_at is not None
        left = await works.environment.database.read(
            lambda connection: connection.fetch("SELECT count(*) FROM triggers WHERE begin_at IS NOT NULL")
        )
        assert (left, turns > COUNT) == ([(0,)], True)
