"""How SQLite finds what lists of flows, dashboards, triggers, keys, figures, users and changes show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from repository.test_sqlite_plans import WHOLE_SORT, Search, plans_of, where
from tiercel.repository import audit, lists, users
from tiercel.repository.query import Filter, Query, Sort
from tiercel.repository.sqlite.database import SqliteDatabase

IN_NAMESPACE = where(("namespace", "EQUALS", "dev", None))
BELOW = where(("namespace", "PREFIX", "dev", None))
OF_EXECUTION = where(("executionId", "EQUALS", "E", None))

IN_ORDER = [
    (lists.search_flows, Query(), "flows USING INDEX flows_by_id"),
    (lists.search_flows, Query(sort=(Sort("namespace"), Sort("id"))), "SCAN flows"),
    (lists.search_flows, Query(where=IN_NAMESPACE), "SEARCH flows USING PRIMARY KEY (namespace=?)"),
    (lists.search_dashboards, Query(), "dashboards USING INDEX sqlite_autoindex_dashboards_1"),
    (lists.search_triggers, Query(), "triggers USING INDEX sqlite_autoindex_triggers_1"),
    (
        lists.search_triggers,
        Query(where=(*IN_NAMESPACE, *where(("flowId", "EQUALS", "hello", None)))),
        "SEARCH triggers USING INDEX sqlite_autoindex_triggers_1 (namespace=? AND flow_id=?)",
    ),
    (lists.search_kv, Query(where=IN_NAMESPACE), "SEARCH kv USING INDEX sqlite_autoindex_kv_1 (namespace=?)"),
    (lists.search_metrics, Query(), "metrics USING INDEX metrics_by_time"),
]
"""What comes in its order without being sorted."""

FOUND = [
    (lists.search_flows, BELOW, "SEARCH flows USING PRIMARY KEY (namespace>? AND namespace<?)"),
    (lists.search_flows, where(("labels", "EQUALS", "data", "team")), "SEARCH flow_labels USING PRIMARY KEY"),
    (lists.search_kv, BELOW, "SEARCH kv USING INDEX sqlite_autoindex_kv_1 (namespace>? AND namespace<?)"),
    (lists.search_triggers, BELOW, "SEARCH triggers USING INDEX sqlite_autoindex_triggers_1 (namespace>? AND"),
    (lists.search_metrics, OF_EXECUTION, "SEARCH metrics USING INDEX metrics_by_execution (execution_id=?)"),
]
"""What is searched for, and sorted then: it is little."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(tmp_path, is_durable=False)
    yield database
    await database.close()


@pytest.mark.parametrize(("search", "query", "index"), IN_ORDER)
async def test_lists_come_in_order_from_an_index(
    database: SqliteDatabase, search: Search, query: Query, index: str
) -> None:
    *_, plan = await plans_of(database, lambda c: search(c, query))
    text = "\n".join(plan)
    assert index in text
    assert WHOLE_SORT not in text


@pytest.mark.parametrize(("search", "condition", "index"), FOUND)
async def test_what_selects_few_is_searched_for(
    database: SqliteDatabase, search: Search, condition: tuple[Filter, ...], index: str
) -> None:
    for plan in await plans_of(database, lambda c: search(c, Query(where=condition))):
        assert index in "\n".join(plan).replace("COVERING ", "")


async def test_changes_are_read_from_the_newest_on(database: SqliteDatabase) -> None:
    plans = await plans_of(database, lambda c: audit.list_audit(c, before=7))
    assert plans == [["SEARCH audit USING INTEGER PRIMARY KEY (rowid<?)"]]


async def test_users_are_read_in_order(database: SqliteDatabase) -> None:
    assert await plans_of(database, users.list_users) == [["SCAN users USING INDEX sqlite_autoindex_users_1"]]
