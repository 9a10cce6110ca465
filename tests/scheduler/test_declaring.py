"""Flows of versions that stored no triggers are taken up by the first scheduler, whatever breaks it off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, Clockwork, flow_with, open_clockwork, text_of
from tiercel.errors import UnavailableError
from tiercel.operations.redeclaring import declare_all
from tiercel.repository.connection import Connection
from tiercel.repository.flows import list_undeclared
from tiercel.repository.triggers import find_next_look
from tiercel.scheduler.scheduler import Scheduler

LOG = "io.kestra.plugin.core.log.Log"
FORGET = ("DELETE FROM triggers", "DELETE FROM milestones", "DELETE FROM leases")
BREAK = "CREATE TRIGGER broken BEFORE INSERT ON triggers WHEN NEW.flow_id = 'second' BEGIN SELECT json('no JSON'); END"
MEND = "DROP TRIGGER broken"


async def change(works: Clockwork, statements: Sequence[str]) -> None:
    def run(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    await works.environment.database.write(run)


async def leave_undeclared(works: Clockwork, *statements: str) -> None:
    """Leave a database as a version without triggers did, on which the second flow's cannot be stored."""
    for name in ("first", "second", "third"):
        await works.save(flow_with(flow_id=name))
    await change(works, (*(statements or FORGET), BREAK))


async def undeclared(works: Clockwork) -> list[tuple[str, str]]:
    return await works.environment.database.read(list_undeclared)


async def test_flows_of_a_version_without_schedules_are_taken_up(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with())
        await change(works, FORGET)
    async with open_clockwork(tmp_path) as works:
        await works.run()
        await works.pass_time(hours=1)
        assert await works.dates() == ["2026-01-01T01:00:00"]


async def test_a_scheduler_that_died_in_between_leaves_the_rest_to_the_next_one(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await leave_undeclared(works)
        first = Scheduler(works.environment, works.executor)
        with pytest.raises(UnavailableError):
            await first.claim(is_only=True)
        assert await undeclared(works) == [(NAMESPACE, "second"), (NAMESPACE, "third")]
        await change(works, (MEND,))
        await Scheduler(works.environment, works.executor).claim(is_only=True)
        assert await undeclared(works) == []


async def test_a_scheduler_that_cannot_take_them_up_looks_at_nothing_and_tries_again(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await leave_undeclared(works)
        scheduler = Scheduler(works.environment, works.executor)
        with pytest.raises(UnavailableError):
            await scheduler.claim(is_only=True)
        for _ in range(2):
            with pytest.raises(UnavailableError):
                await scheduler.step()
        await change(works, (MEND,))
        await scheduler.step()
        assert await undeclared(works) == []
        assert text_of((await works.trigger("third")).next_at) == "2026-01-01T01:00:00"
        await scheduler.close()


async def test_what_was_under_way_is_due_again_by_the_commit_that_takes_the_lease(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        far = works.clock() + 3_600_000_000
        await leave_undeclared(
            works,
            "DELETE FROM triggers WHERE flow_id = 'second'",
            f"UPDATE triggers SET kind = 'REALTIME', look_at = {far}",
            "DELETE FROM milestones",
        )
        with pytest.raises(UnavailableError):
            await Scheduler(works.environment, works.executor).claim(is_only=True)
        assert await works.environment.database.read(find_next_look) == works.clock()


async def test_only_flows_without_rows_are_read_to_declare_their_triggers(tmp_path: Path) -> None:
    async with open_clockwork(tmp_path) as works:
        await works.save(flow_with(flow_id="known"))
        await works.save(flow_with(flow_id="lost"))
        await works.save(f"id: none\nnamespace: {NAMESPACE}\ntasks: [{{id: a, type: {LOG}, message: a}}]\n")
        await change(works, ("DELETE FROM triggers WHERE flow_id = 'lost'",))
        await declare_all(works.environment)
        assert await undeclared(works) == [(NAMESPACE, "lost")]  # that work is done for good
        await change(works, ("DELETE FROM milestones",))
        await declare_all(works.environment)
        assert (await works.trigger("lost")).begin_at is not None
        assert await undeclared(works) == []
