"""Many new schedules at once: each is looked at, and nothing else on the loop waits for all of them."""

from __future__ import annotations

import asyncio

from scheduler.clockwork import NAMESPACE, flow_with, open_clockwork
from tiercel.operations import flows
from tiercel.operations.actor import LOCAL
from tiercel.operations.redeclaring import declare_all
from tiercel.repository.connection import Connection
from tiercel.repository.flows import list_undeclared
from tiercel.scheduler import scheduler

COUNT = 300


async def test_looks_give_way_to_others(tmp_path, monkeypatch):
    monkeypatch.setattr(scheduler, "BREATH_SECONDS", 0.0)
    turns = 0

    async def take_turns():
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


async def test_only_flows_without_rows_are_read_to_declare_their_triggers(tmp_path):
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with(flow_id="known"))
        await works.save(flow_with(flow_id="lost"))
        await works.save(f"id: none\nnamespace: {NAMESPACE}\ntasks: [{{id: a, type: {LOG}, message: a}}]\n")
        database = works.environment.database
        await database.write(lambda connection: connection.execute("DELETE FROM triggers WHERE flow_id = 'lost'"))
        assert await database.read(list_undeclared) == [(NAMESPACE, "lost")]
        await declare_all(works.environment)
        assert (await works.trigger("lost")).begin_at is not None
        assert await database.read(list_undeclared) == []


LOG = "io.kestra.plugin.core.log.Log"
