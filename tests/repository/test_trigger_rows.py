"""Statements of the scheduler find their rows by an index, however many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tiercel.model.dialect import Dialect
from tiercel.model.flow import TriggerDefinition
from tiercel.model.json import Json
from tiercel.repository import triggers
from tiercel.repository.connection import Connection
from tiercel.repository.declared_triggers import DeclaredTrigger, save_triggers
from tiercel.repository.firings import StoredFiring, add_firing, close_firing
from tiercel.repository.leases import LeaseTakenError, check_lease, claim_lease, release_lease, renew_lease
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.repository.triggers import SCHEDULE

KEY = ("dev", "flow", "tick")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("SELECT flow_id FROM triggers WHERE look_at IS NOT NULL AND look_at <= 5 ORDER BY look_at LIMIT 9", "_due"),
        ("SELECT min(look_at) FROM triggers WHERE look_at IS NOT NULL", "_due"),
        ("SELECT flow_id FROM firings WHERE execution_id = 'x' AND is_open = 1", "firings_"),
        (
            (
                "SELECT f.execution_id FROM firings f LEFT JOIN executions e ON e.id = f.execution_id "
                "WHERE f.is_open = 1 AND f.execution_id > '' ORDER BY f.execution_id"
            ),
            "_open",
        ),
        ("DELETE FROM firings WHERE execution_id = 'x' AND is_open = 0", "firings_by_execution"),
    ],
)
async def test_it_searches_an_index(database: SqliteDatabase, statement: str, index: str) -> None:
    plan = await database.read(lambda connection: connection.fetch(f"EXPLAIN QUERY PLAN {statement}"))
    first = plan[0][3]
    assert index in first, first
    assert "USE TEMP B-TREE" not in "".join(row[3] for row in plan)


def declared(cron: str = "0 * * * *", **rest: Json) -> DeclaredTrigger:
    definition = TriggerDefinition(
        id="tick", type="Schedule", declared_type="Schedule", properties={"cron": cron}, **rest
    )
    return DeclaredTrigger(definition=definition, kind=SCHEDULE, dialect=Dialect.V1_3, is_active=True)


async def test_a_row_that_was_changed_meanwhile_is_left_alone(database: SqliteDatabase) -> None:
    def work(connection: Connection) -> None:
        save_triggers(connection, "dev", "flow", [declared()], now=1)
        read = triggers.get_trigger(connection, KEY)
        save_triggers(connection, "dev", "flow", [declared(description="new")], now=2)
        assert triggers.update_trigger(connection, read) is None
        now = triggers.get_trigger(connection, KEY)
        stored = triggers.update_trigger(connection, now)
        assert stored is not None
        assert stored.version == now.version + 1
        assert triggers.get_trigger(connection, KEY) == stored
        assert save_triggers(connection, "dev", "flow", [], now=3) == ["tick"]
        assert triggers.update_trigger(connection, stored) is None

    await database.write(work)


async def test_a_date_fires_once_and_its_end_is_told_once(database: SqliteDatabase) -> None:
    def work(connection: Connection) -> None:
        first = StoredFiring(key=KEY, at=5, execution_id="a", is_open=True)
        assert add_firing(connection, first)
        assert not add_firing(connection, StoredFiring(key=KEY, at=5, execution_id="b"))
        assert add_firing(connection, StoredFiring(key=KEY, at=5, execution_id="c", backfill_id="again"))
        assert close_firing(connection, "a") == KEY
        assert close_firing(connection, "a") is None
        assert close_firing(connection, "c") is None

    await database.write(work)


async def test_a_lease_has_one_owner_and_a_former_one_is_told_so(database: SqliteDatabase) -> None:
    def work(connection: Connection) -> None:
        first = claim_lease(connection, "x", "one", now=0, until=10)
        assert claim_lease(connection, "x", "two", now=9, until=20) is None
        assert first is not None
        renew_lease(connection, first, until=15)
        assert claim_lease(connection, "x", "two", now=12, until=20) is None
        second = claim_lease(connection, "x", "two", now=15, until=20)
        assert second is not None
        assert second.epoch == first.epoch + 1
        with pytest.raises(LeaseTakenError, match="another process holds it"):
            check_lease(connection, first)
        release_lease(connection, first)
        check_lease(connection, second)
        release_lease(connection, second)
        third = claim_lease(connection, "x", "one", now=16, until=30)
        assert third is not None
        assert third.epoch == second.epoch + 1

    await database.write(work)
