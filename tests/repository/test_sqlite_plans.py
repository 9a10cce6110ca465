"""Statements a user waits for find their rows by an index and come in order without sorting."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import pytest

from tiercel.errors import InvalidError
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State
from tiercel.repository import (
    audit,
    executions,
    inbox,
    jobs,
    limits,
    lists,
    logs,
    mcp_servers,
    mcp_sessions,
    metrics,
    recovery,
    sessions,
    task_runs,
    timers,
    usages,
    users,
)
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.connection import Connection, Row
from tiercel.repository.query import Filter, Operation, Page, Query, Sort
from tiercel.repository.sqlite import connection
from tiercel.repository.sqlite.connection import SqliteConnection
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.testing.builders import START, build_execution, build_log, build_task_run

# Sorting the rows of one microsecond ("the right part of the order") costs nothing.
WHOLE_SORT = "TEMP B-TREE FOR ORDER BY"
NEWEST = (Sort("timestamp", is_descending=True),)
Search: TypeAlias = Callable[[Connection, Query], Page[Json]]
Given: TypeAlias = tuple[str, str, Json, str | None]
"""A filter: field, operation, value, key."""


class Explainer(SqliteConnection):
    """Keeps the plan of each statement that it is asked."""

    def __init__(self, raw: sqlite3.Connection, *, has_words: bool = False) -> None:
        super().__init__(raw, has_words=has_words)
        self.plans: list[list[str]] = []

    def fetch(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        self.plans.append([row[3] for row in super().fetch(f"EXPLAIN QUERY PLAN {statement}", parameters)])
        return super().fetch(statement, parameters)


def where(*filters: Given) -> tuple[Filter, ...]:
    return tuple(Filter(field, Operation(operation), value, key) for field, operation, value, key in filters)


def scans(plan: list[str]) -> list[str]:
    given = ("SCAN names", "SCAN given", "SCAN CONSTANT ROW")
    return [step for step in plan if step.startswith("SCAN") and step not in given and "CONSTANT ROWS" not in step]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("seeded")
    asyncio.run(seed(directory))
    return directory


@pytest.fixture
async def database(directory: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(directory, is_durable=False)
    yield database
    await database.close()


async def seed(directory: Path) -> None:
    database = SqliteDatabase.open(directory, is_durable=False)
    states = [State.SUCCESS] * 8 + [State.FAILED, State.RUNNING]
    runs = [
        build_execution(n, states[n % 10], namespace=f"ns{n % 7}.team", flow_id=f"flow{n % 11}", labels=[("n", str(n))])
        for n in range(3000)
    ]
    lines = [build_log(run, level=list(LogLevel)[n % 5]) for n, run in enumerate(runs)]
    tasks = [build_task_run(run) for run in runs[:500]]
    await database.write(prepare_batch(Batch(executions=runs, logs=lines, task_runs=tasks)))
    await database.close()


async def plans_of(
    database: SqliteDatabase, work: Callable[[Connection], object], *, has_words: bool = False
) -> list[list[str]]:
    def explain(connection: Connection) -> list[list[str]]:
        assert isinstance(connection, SqliteConnection)
        explainer = Explainer(connection._raw, has_words=has_words)  # noqa: SLF001 (the plan is asked on the same transaction)
        work(explainer)
        return explainer.plans

    return await database.read(explain)


PAGES = [
    (lists.search_executions, Query(), "executions_by_start"),
    (lists.search_executions, Query(sort=(Sort("id"),)), "sqlite_autoindex_executions_1"),
    (
        lists.search_executions,
        Query(where=where(("startDate", "GREATER_THAN", START, None))),
        "SEARCH executions USING INDEX executions_by_start",
    ),
    (
        lists.search_executions,
        Query(where=where(("namespace", "EQUALS", "ns1.team", None), ("flowId", "EQUALS", "flow1", None))),
        "SEARCH executions USING INDEX executions_by_flow",
    ),
    (
        lists.search_executions,
        Query(where=where(("state", "EQUALS", "FAILED", None))),
        "SEARCH executions USING INDEX executions_by_state",
    ),
    (lists.search_logs, Query(sort=NEWEST), "logs_by_time"),
    (
        lists.search_logs,
        Query(sort=NEWEST, where=where(("startDate", "GREATER_THAN", START, None))),
        "SEARCH logs USING INDEX logs_by_time",
    ),
    (
        lists.search_logs,
        Query(sort=NEWEST, where=where(("namespace", "EQUALS", "ns1.team", None), ("flowId", "EQUALS", "flow1", None))),
        "SEARCH logs USING INDEX logs_by_flow",
    ),
]


@pytest.mark.parametrize(("search", "query", "index"), PAGES)
async def test_pages_come_in_order_from_an_index(
    database: SqliteDatabase, search: Search, query: Query, index: str
) -> None:
    *_, plan = await plans_of(database, lambda c: search(c, query))
    assert index in "\n".join(plan)
    assert WHOLE_SORT not in "\n".join(plan)


@pytest.mark.parametrize(
    ("search", "query"), [(search, query) for search, query, _ in PAGES if query.sort != (Sort("id"),)]
)
async def test_the_page_after_a_cursor_is_searched_for(database: SqliteDatabase, search: Search, query: Query) -> None:
    first = await database.read(lambda c: search(c, query))
    following = Query(where=query.where, sort=query.sort, cursor=first.next_cursor)
    *_, plan = await plans_of(database, lambda c: search(c, following))
    text = "\n".join(plan)
    assert "SEARCH" in text
    assert "SCAN" not in text
    assert WHOLE_SORT not in text


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (("labels", "EQUALS", "7", "n"), "SEARCH execution_labels USING PRIMARY KEY"),
        (("parentId", "EQUALS", "P", None), "executions_by_parent"),
        (("triggerExecutionId", "EQUALS", "E", None), "executions_by_trigger"),
        (("childFilter", "EQUALS", "CHILD", None), "executions_by_parent"),
        (("id", "EQUALS", "E", None), "sqlite_autoindex_executions_1"),
        (("namespace", "PREFIX", "ns1", None), "executions_by_flow"),
        (("namespace", "STARTS_WITH", "ns1", None), "executions_by_flow"),
    ],
)
async def test_what_selects_few_is_found_without_looking_at_all(
    database: SqliteDatabase, condition: Given, index: str
) -> None:
    plans = await plans_of(database, lambda c: lists.search_executions(c, Query(where=where(condition))))
    for plan in plans:
        text = "\n".join(plan)
        assert index in text
        assert "SCAN executions" not in text


async def test_a_log_search_by_execution_uses_its_index(database: SqliteDatabase) -> None:
    query = Query(where=where(("executionId", "EQUALS", "E", None)))
    for plan in await plans_of(database, lambda c: lists.search_logs(c, query)):
        text = "\n".join(plan)
        assert "SEARCH logs USING" in text
        assert "INDEX logs_by_execution" in text


REMOVALS = [
    (inbox.REMOVAL, (1,)),
    (jobs.REMOVAL, ("E", "T", 1)),
    (timers.REMOVAL, ("E", "T", "k")),
    (task_runs.REMOVAL, ("E", "T")),
    (task_runs.OUTPUTS_REMOVAL, ("E", "T")),
    (executions.LABELS_REMOVAL, ("E",)),
]


@pytest.mark.parametrize(("removal", "key"), REMOVALS)
@pytest.mark.parametrize("count", [1, 2, 64])
async def test_removals_look_each_key_up(
    database: SqliteDatabase, removal: str, key: tuple[object, ...], count: int
) -> None:
    statement = connection.delete_statement(removal, count)
    rows = await database.read(lambda c: c.fetch(f"EXPLAIN QUERY PLAN {statement}", key * count))
    assert [
        row[3] for row in rows if row[3].startswith("SCAN") and row[3] != "SCAN given" and "CONSTANT" not in row[3]
    ] == []


LOOK_UPS = [
    lambda c: executions.find_execution(c, "E"),
    lambda c: executions.list_children(c, "P"),
    lambda c: task_runs.list_task_runs(c, "E"),
    lambda c: logs.list_execution_logs(c, "E", after_id=3),
    lambda c: limits.read_ledger(c, ("ns1.team", "flow1")),
    lambda c: recovery.read_stored(c, ["E"]),
    lambda c: lists.list_latest_executions(c, [("ns1.team", "flow1")]),
    lists.list_execution_namespaces,
    lambda c: lists.average_duration(c, "ns1.team", "flow1"),
    lambda c: metrics.list_metric_names(c, "ns1.team", "flow1", "task"),
    lambda c: metrics.list_metric_tasks(c, "ns1.team", "flow1"),
    lambda c: metrics.sum_metrics(c, ("ns1.team", "flow1"), "rows", task_id=None, start=0, end=9, width=3),
    lambda c: usages.count_days(c, since=1, namespaces=None),
    lambda c: usages.count_days(c, since=1, namespaces=["ns1", "ns2"]),
    lambda c: users.find_user(c, "ada@x.org"),
    lambda c: sessions.find_session(c, "digest", now=1),
    lambda c: mcp_sessions.find_mcp_session(c, "digest", now=1),
    lambda c: mcp_servers.find_server(c, "default"),
    lambda c: sessions.find_api_token(c, "digest", now=1),
    lambda c: sessions.list_api_tokens(c, "ada@x.org"),
    audit.list_audit,
]


async def test_tools_are_found_without_looking_at_other_triggers(database: SqliteDatabase) -> None:
    (plan,) = await plans_of(database, mcp_servers.list_tools)
    assert [step for step in plan if "SCAN" in step] == ["SCAN t USING INDEX triggers_tools"]
    assert WHOLE_SORT not in "\n".join(plan)


@pytest.mark.parametrize("look_up", LOOK_UPS)
async def test_look_ups_never_scan_a_table(database: SqliteDatabase, look_up: Callable[[Connection], object]) -> None:
    for plan in await plans_of(database, look_up):
        assert scans(plan) == []


@pytest.mark.parametrize(
    "condition",
    [
        ("namespace", "PREFIX", "ns1", None),
        ("namespace", "STARTS_WITH", "ns", None),
        ("namespace", "EQUALS", "ns1.team", None),
        ("state", "IN", ("FAILED", "RUNNING"), None),
        ("labels", "EQUALS", "n", None),
    ],
)
async def test_what_selects_many_goes_along_the_order(database: SqliteDatabase, condition: Given) -> None:
    few = Query(where=where(condition), size=5)
    many = Query(where=where(condition), size=5, count_up_to=100)
    *_, sorted_plan = await plans_of(database, lambda c: lists.search_executions(c, few))
    *_, ordered_plan = await plans_of(database, lambda c: lists.search_executions(c, many))
    assert WHOLE_SORT in "\n".join(sorted_plan)
    assert "SCAN executions USING INDEX executions_by_start" in ordered_plan
    assert WHOLE_SORT not in "\n".join(ordered_plan)
    pages = [await database.read(partial(lists.search_executions, query=query)) for query in (few, many)]
    assert pages[0].items == pages[1].items
    assert pages[1].is_total_capped


@pytest.mark.parametrize(
    ("field", "index"),
    [
        ("state.endDate", "executions_by_end"),
        ("state.duration", "executions_by_duration"),
        ("state.current", "executions_by_state"),
        ("namespace", "executions_by_flow"),
        ("flowId", "executions_by_flow_id"),
    ],
)
@pytest.mark.parametrize("is_descending", [False, True])
async def test_every_order_of_executions_is_that_of_an_index(
    database: SqliteDatabase, field: str, index: str, is_descending: bool
) -> None:
    query = Query(sort=(Sort(field, is_descending=is_descending),), size=5)
    first = await database.read(lambda c: lists.search_executions(c, query))
    following = Query(sort=query.sort, size=5, cursor=first.next_cursor)
    for asked in (query, following):
        *_, plan = await plans_of(database, partial(lists.search_executions, query=asked))
        text = "\n".join(plan)
        assert re.search(rf"USING (COVERING )?INDEX {index}\b", text)
        assert WHOLE_SORT not in text
    # Every page together is the whole list, each execution once.
    seen = [one.id for one in first.items]
    cursor = first.next_cursor
    while cursor is not None:
        page = await database.read(
            partial(lists.search_executions, query=Query(sort=query.sort, size=1000, cursor=cursor))
        )
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
    assert len(seen) == len(set(seen)) == 3000


@pytest.mark.parametrize("operation", ["CONTAINS", "ENDS_WITH", "REGEX"])
@pytest.mark.parametrize("field", ["namespace", "flowId"])
@pytest.mark.parametrize("search", [lists.search_executions, lists.search_logs, lists.search_metrics])
async def test_parts_of_names_are_looked_for_among_the_names(
    database: SqliteDatabase, search: Search, field: str, operation: str
) -> None:
    query = Query(where=where((field, operation, "nowhere", None)))
    for plan in await plans_of(database, lambda c: search(c, query)):
        text = "\n".join(plan)
        assert re.search(r"SEARCH same USING (COVERING )?INDEX \w+_by_flow \(namespace=\? AND flow_id>\?\)", text)
        assert not re.search(r"SCAN (executions|logs|metrics)\b", text)


async def test_a_time_of_the_end_and_a_rare_kind_have_an_index(database: SqliteDatabase) -> None:
    cases: list[tuple[Given, str]] = [
        (("endDate", "LESS_THAN", 5, None), "executions_by_end"),
        (("kind", "IN", ("TEST",), None), "executions_by_kind"),
    ]
    for condition, index in cases:
        query = Query(where=where(condition))
        for plan in await plans_of(database, partial(lists.search_executions, query=query)):
            assert index in "\n".join(plan)


@pytest.mark.parametrize("search", [lists.search_executions, lists.search_logs])
async def test_a_text_is_looked_for_in_the_index_of_words(indexed: SqliteDatabase, search: Search) -> None:
    query = Query(where=where(("q", "EQUALS", "nowhere to be found", None)))
    for plan in await plans_of(indexed, lambda c: search(c, query), has_words=True):
        text = "\n".join(plan)
        assert "SCAN json_each VIRTUAL TABLE" in text or "VIRTUAL TABLE INDEX" in text
        assert not re.search(r"SCAN (executions|logs)\b", text)


@pytest.fixture
async def indexed(directory: Path, tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    shutil.copy(directory / "tiercel.db", tmp_path)
    database = SqliteDatabase.open(tmp_path, is_durable=False, is_searchable=True)
    yield database
    await database.close()


async def test_a_pattern_has_a_time_for_all_rows_together(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    condition = where(("originalId", "REGEX", "(x+x+)+y", None))
    assert (await database.read(lambda c: lists.search_executions(c, Query(where=condition)))).total == 0
    monkeypatch.setattr(connection, "_REGEX_SECONDS", 0.0005)  # enough for any one row, not for three thousand
    named = where(("id", "REGEX", ".*nothing", None))
    with pytest.raises(InvalidError, match="takes too long to match"):
        await database.read(lambda c: lists.search_executions(c, Query(where=named)))


@pytest.mark.parametrize(
    "condition",
    [
        ("namespace", "EQUALS", "ns1.team", None),
        ("namespace", "PREFIX", "ns1", None),
        ("flowId", "EQUALS", "flow1", None),
        ("state", "IN", ("FAILED",), None),
        ("startDate", "GREATER_THAN", START, None),
    ],
)
async def test_a_list_is_counted_along_its_index_alone(database: SqliteDatabase, condition: Given) -> None:
    counted, *_ = await plans_of(database, lambda c: lists.search_executions(c, Query(where=where(condition))))
    steps = [step for step in counted if step.startswith(("SEARCH", "SCAN executions"))]
    assert steps
    assert all("USING COVERING INDEX" in step for step in steps)
