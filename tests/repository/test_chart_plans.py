"""Charts find their rows by the index of the time, however many there are, and read no more than they may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from repository.test_sqlite_plans import Given, plans_of, seed, where
from tiercel.model.dashboard import FIELDS, Aggregate, ChartColumn, ChartFilter, ChartQuery, Dataset
from tiercel.model.json import Json
from tiercel.repository import charts
from tiercel.repository.chart_records import ChartRequest, Span
from tiercel.repository.search.datasets import SOURCES
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.testing.builders import START

SECOND = 1_000_000
SPAN = Span(START + 100 * SECOND, START + 200 * SECOND)
COUNT = ChartColumn(name="n", aggregate=Aggregate.COUNT)
STATE = ChartColumn(name="state", field="STATE")
DATE = ChartColumn(name="date", field="DATE")
FLOW = (("namespace", "EQUALS", "ns1.team", None), ("flowId", "EQUALS", "flow1", None))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("charts")
    asyncio.run(seed(directory))
    return directory


@pytest.fixture
async def database(directory: Path) -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase.open(directory, is_durable=False)
    yield database
    await database.close()


def asked(
    dataset: Dataset,
    *columns: ChartColumn,
    filters: Sequence[ChartFilter] = (),
    conditions: Sequence[Given] = (),
    **more: Json,
) -> ChartRequest:
    query = ChartQuery(dataset=dataset, columns=columns, where=tuple(filters))
    return ChartRequest(query=query, where=where(*conditions), span=SPAN, **more)


REQUESTS = [
    (asked(Dataset.EXECUTIONS, STATE, COUNT), "SEARCH executions USING INDEX executions_by_start"),
    (
        asked(
            Dataset.EXECUTIONS,
            ChartColumn(name="date", field="START_DATE"),
            STATE,
            COUNT,
            filters=[ChartFilter(type="IN", field="STATE", values=("FAILED", "SUCCESS"))],
        ),
        "SEARCH executions USING INDEX executions_by_start",
    ),
    (
        asked(Dataset.EXECUTIONS, STATE, COUNT, conditions=[("namespace", "PREFIX", "ns1", None)]),
        "SEARCH executions USING INDEX executions_by_start",
    ),
    (
        asked(Dataset.EXECUTIONS, STATE, COUNT, conditions=FLOW),
        "SEARCH executions USING INDEX executions_by_flow",
    ),
    (
        asked(
            Dataset.EXECUTIONS,
            ChartColumn(name="id", field="ID"),
            filters=[ChartFilter(type="EQUAL_TO", field="STATE", values=("FAILED",))],
        ),
        "SEARCH executions USING INDEX executions_by_state",
    ),
    (
        asked(Dataset.LOGS, DATE, ChartColumn(name="level", field="LEVEL"), COUNT),
        "SEARCH logs USING INDEX logs_by_time",
    ),
    (asked(Dataset.LOGS, ChartColumn(name="text", field="MESSAGE")), "SEARCH logs USING INDEX logs_by_time"),
    (asked(Dataset.METRICS, DATE, COUNT), "SEARCH metrics USING INDEX metrics_by_time"),
    (asked(Dataset.METRICS, DATE, COUNT, conditions=FLOW), "SEARCH metrics USING INDEX metrics_by_flow"),
]


@pytest.mark.parametrize(("request_", "index"), REQUESTS)
async def test_rows_are_found_by_an_index_in_their_order(
    database: SqliteDatabase, request_: ChartRequest, index: str
) -> None:
    plans = await plans_of(database, lambda c: charts.read_rows(c, request_))
    for plan in plans:
        text = "\n".join(plan)
        assert index in text
        assert f"SCAN {request_.query.dataset.lower()}" not in text
    assert "TEMP B-TREE FOR ORDER BY" not in "\n".join(plans[0]).partition("SCAN picked")[0]


@pytest.mark.parametrize("request_", [request for request, _ in REQUESTS if COUNT in request.query.columns])
async def test_a_figure_is_found_by_the_same_index(database: SqliteDatabase, request_: ChartRequest) -> None:
    one = ChartRequest(
        query=ChartQuery(dataset=request_.query.dataset, columns=(COUNT,), where=request_.query.where),
        where=request_.where,
        span=request_.span,
    )
    (plan,) = await plans_of(database, lambda c: charts.read_figure(c, one, is_share=False))
    assert "SEARCH" in "\n".join(plan)
    assert f"SCAN {request_.query.dataset.lower()}" not in "\n".join(plan)


async def test_no_more_rows_are_read_than_allowed_and_that_is_said(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tiercel.repository.search.charts.MOST_READ", 50)
    found = await database.read(lambda c: charts.read_rows(c, asked(Dataset.EXECUTIONS, STATE, COUNT)))
    assert sum(row["n"] for row in found.rows) == 50
    assert found.is_partial
    monkeypatch.undo()
    whole = await database.read(lambda c: charts.read_rows(c, asked(Dataset.EXECUTIONS, STATE, COUNT)))
    assert (sum(row["n"] for row in whole.rows), whole.is_partial) == (100, False)


async def test_no_more_groups_are_given_than_asked_for(database: SqliteDatabase) -> None:
    request = asked(Dataset.EXECUTIONS, ChartColumn(name="id", field="ID"), COUNT, size=7)
    found = await database.read(lambda c: charts.read_rows(c, request))
    assert (len(found.rows), found.total) == (7, 100)


def test_each_dataset_knows_all_its_fields() -> None:
    for dataset, fields in FIELDS.items():
        source = SOURCES[dataset]
        assert source.columns.keys() == fields.keys()
        known = source.fields.keys() | source.seekers.keys()
        assert {source.names[field] for field in fields} <= known, dataset
