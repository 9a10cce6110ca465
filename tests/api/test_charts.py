"""What charts show, of executions, logs, metrics, flows and triggers that are really there."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from api.users import ADMIN, EDITOR, basic
from tiercel.model.execution import ExecutionKind
from tiercel.model.log import LogLevel, MetricEntry, MetricKind
from tiercel.model.state import State
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.testing.builders import build_execution, build_log

ROOT = "/api/v1/main/dashboards"
YAML = {"content-type": "application/x-yaml"}
RANGE = {"startDate": "2026-01-01T00:00:00Z", "endDate": "2026-01-05T00:00:00Z"}
HOUR = 3600
KINDS = "io.kestra.plugin.core.dashboard"


def run(number, state, namespace="dev", flow_id="demo", *, took=1, **changes):
    """An execution that began so many seconds after the first of 2026, and took some."""
    made = build_execution(number, state, namespace=namespace, flow_id=flow_id, **changes)
    if state is not State.RUNNING:
        made.history[-1] = (state, made.history[0][1] + took * 1_000_000)
    return made


RUNS = [
    run(0, State.SUCCESS, took=2, labels=[("team", "red")]),
    run(10, State.SUCCESS, took=4, labels=[("team", "blue")]),
    run(HOUR, State.FAILED, "dev.sub", "other", took=10),
    run(30 * HOUR, State.FAILED, "prod", took=1, labels=[("team", "red")]),
    run(30 * HOUR + 5, State.RUNNING, "prod"),
    run(31 * HOUR, State.SUCCESS, "system", took=3),
    run(20, State.SUCCESS, kind=ExecutionKind.LOOP),
]
LEVELS = [LogLevel.INFO, LogLevel.WARN, LogLevel.ERROR, LogLevel.ERROR, LogLevel.INFO, LogLevel.DEBUG]


def measured(execution, value, name="rows"):
    return MetricEntry(
        at=execution.history[0][1],
        kind=MetricKind.COUNTER,
        name=name,
        value=value,
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        execution_id=execution.id,
        task_id="count",
        task_run_id="t1",
    )


@pytest.fixture
async def seeded(client):
    await seed(client)
    return client


async def seed(client):
    lines = [build_log(one, f"line {n}", LEVELS[n]) for n, one in enumerate(RUNS[:6])]
    figures = [measured(one, float(n + 1)) for n, one in enumerate(RUNS[:4])]
    batch = Batch(executions=RUNS, logs=lines, metrics=figures)
    await client.installation.environment.database.write(prepare_batch(batch))


def chart(data, columns, *, kind="Bar", options="", more=""):
    return f"""\
id: c
type: {KINDS}.chart.{kind}
chartOptions: {{displayName: C{options}}}
data:
  type: {KINDS}.data.{data}
  columns: {columns}
{more}"""


async def preview(client, source, status=200, **narrowed):
    response = await client.post(f"{ROOT}/charts/preview", json={"chart": source, "globalFilter": RANGE | narrowed})
    assert response.status_code == status, response.text
    return response.json()


async def rows(client, source, **narrowed):
    return (await preview(client, source, **narrowed))["results"]


STATES = chart("Executions", "{state: {field: STATE}, n: {agg: COUNT}}", kind="Pie")
TABLE = "{id: {field: ID}}"


async def test_executions_are_counted_by_state_without_iterations_of_loops(seeded):
    assert await rows(seeded, STATES) == [
        {"state": "FAILED", "n": 2},
        {"state": "RUNNING", "n": 1},
        {"state": "SUCCESS", "n": 3},
    ]


async def test_order_and_aggregates(seeded):
    columns = (
        "{ns: {field: NAMESPACE}, n: {agg: COUNT, field: ID}, avg: {field: DURATION, agg: AVG},"
        " max: {field: DURATION, agg: MAX}, sum: {field: DURATION, agg: SUM}, last: {field: START_DATE, agg: MAX}}"
    )
    found = await rows(seeded, chart("Executions", columns, more="  orderBy: [{column: n, order: DESC}]\n"))
    assert found[0] == {"ns": "dev", "n": 2, "avg": 3.0, "max": 4.0, "sum": 6.0, "last": "2026-01-01T00:00:10Z"}
    assert [one["ns"] for one in found] == ["dev", "prod", "dev.sub", "system"]


SERIES = chart(
    "Executions",
    "{date: {field: START_DATE}, state: {field: STATE}, n: {agg: COUNT}}",
    kind="TimeSeries",
    options=", column: date, colorByColumn: state",
)


@pytest.mark.parametrize(
    ("end", "width", "dates"),
    [
        ("2026-01-01T05:00:00Z", 60, ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"]),
        ("2026-01-03T00:00:00Z", 3600, ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "2026-01-02T06:00:00Z"]),
        ("2026-03-01T00:00:00Z", 86400, ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]),
        ("2026-12-01T00:00:00Z", 7 * 86400, ["2025-12-29T00:00:00Z"]),
    ],
)
async def test_times_are_put_together_by_what_suits_the_range(seeded, end, width, dates):
    found = await preview(seeded, SERIES, endDate=end)
    assert found["bucketSeconds"] == width
    assert list(dict.fromkeys(one["date"] for one in found["results"]))[: len(dates)] == dates


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("{type: EQUAL_TO, field: STATE, value: FAILED}", 2),
        ("{type: NOT_EQUAL_TO, field: STATE, value: FAILED}", 4),
        ("{type: IN, field: STATE, values: [FAILED, RUNNING]}", 3),
        ("{type: NOT_IN, field: STATE, values: [FAILED, RUNNING]}", 3),
        ("{type: PREFIX, field: NAMESPACE, value: dev}", 3),
        ("{type: STARTS_WITH, field: NAMESPACE, value: de}", 3),
        ("{type: ENDS_WITH, field: NAMESPACE, value: sub}", 1),
        ("{type: CONTAINS, field: NAMESPACE, value: ys}", 1),
        ("{type: REGEX, field: NAMESPACE, value: 'dev.*|prod'}", 5),
        ("{type: GREATER_THAN, field: DURATION, value: PT3S}", 2),
        ("{type: LESS_THAN_OR_EQUAL_TO, field: DURATION, value: 2}", 2),
        ("{type: IS_NULL, field: END_DATE}", 1),
        ("{type: IS_NOT_NULL, field: END_DATE}", 5),
        ("{type: GREATER_THAN_OR_EQUAL_TO, field: START_DATE, value: '2026-01-02'}", 3),
        ("{type: EQUAL_TO, field: LABELS, labelKey: team, value: red}", 2),
        ("{type: EQUAL_TO, field: SCOPE, value: SYSTEM}", 1),
        ("{type: EQUAL_TO, field: FLOW_REVISION, value: 1}", 6),
        (
            (
                "{type: OR, values: [{type: EQUAL_TO, field: NAMESPACE, value: prod},"
                " {type: EQUAL_TO, field: FLOW_ID, value: other}]}"
            ),
            3,
        ),
    ],
)
async def test_conditions(seeded, where, count):
    source = chart("ExecutionsKPI", "{field: ID, agg: COUNT}", kind="KPI", more=f"  where: [{where}]\n")
    assert await rows(seeded, source) == [{"value": count}]


async def test_a_share_counts_its_numerator_among_all(seeded):
    more = (
        "  numerator: [{type: EQUAL_TO, field: STATE, value: SUCCESS}]\n"
        "  where: [{type: PREFIX, field: NAMESPACE, value: dev}]\n"
    )
    share = chart("ExecutionsKPI", "{agg: COUNT}", kind="KPI", options=", numberType: PERCENTAGE", more=more)
    assert (await rows(seeded, share))[0]["value"] == pytest.approx(100 * 2 / 3)
    flat = chart("ExecutionsKPI", "{agg: COUNT}", kind="KPI", more=more)
    assert await rows(seeded, flat) == [{"value": 2}]
    assert await rows(seeded, share, namespace="nowhere") == [{"value": None}]


async def test_labels_and_plain_columns_in_a_table(seeded):
    columns = "{team: {field: LABELS, labelKey: team}, n: {agg: COUNT}}"
    found = await rows(seeded, chart("Executions", columns))
    assert {one["team"]: one["n"] for one in found} == {None: 3, "blue": 1, "red": 2}
    columns = "{id: {field: ID}, labels: {field: LABELS}, at: {field: START_DATE}, took: {field: DURATION}}"
    table = await preview(seeded, chart("Executions", columns, kind="Table"), pageSize=2)
    assert table["total"] == 6
    assert [one["at"] for one in table["results"]] == ["2026-01-02T07:00:00Z", "2026-01-02T06:00:05Z"]
    assert table["results"][1] == {"id": RUNS[4].id, "labels": None, "at": "2026-01-02T06:00:05Z", "took": None}
    second = await preview(seeded, chart("Executions", columns, kind="Table"), pageSize=2, pageNumber=3)
    assert [one["labels"] for one in second["results"]] == [{"team": "blue"}, {"team": "red"}]


async def test_grouped_rows_come_in_pages(seeded):
    columns = "{ns: {field: NAMESPACE}, n: {agg: COUNT}}"
    source = chart("Executions", columns, kind="Table")
    first = await preview(seeded, source, pageSize=3)
    assert ([one["ns"] for one in first["results"]], first["total"]) == (["dev", "dev.sub", "prod"], 4)
    last = await preview(seeded, source, pageSize=3, pageNumber=2)
    assert ([one["ns"] for one in last["results"]], last["total"]) == (["system"], 4)


async def test_logs_and_metrics(seeded):
    columns = "{level: {field: LEVEL}, n: {agg: COUNT}}"
    more = "  where: [{type: GREATER_THAN_OR_EQUAL_TO, field: LEVEL, value: WARN}]\n"
    assert await rows(seeded, chart("Logs", columns, more=more)) == [
        {"level": "WARN", "n": 1},
        {"level": "ERROR", "n": 2},
    ]
    assert await rows(seeded, chart("Logs", "{text: {field: MESSAGE}}", kind="Table"), pageSize=1) == [
        {"text": "line 5"}
    ]
    assert await rows(seeded, chart("LogsKPI", "{field: EXECUTION_ID, agg: COUNT}", kind="KPI")) == [{"value": 6}]
    columns = "{name: {field: NAME}, sum: {field: VALUE, agg: SUM}, least: {field: VALUE, agg: MIN}}"
    assert await rows(seeded, chart("Metrics", columns)) == [{"name": "rows", "sum": 10.0, "least": 1.0}]
    assert await rows(seeded, chart("MetricsKPI", "{field: VALUE, agg: AVG}", kind="KPI")) == [{"value": 2.5}]
    more = "  where: [{type: GREATER_THAN, field: VALUE, value: 2.5}]\n"
    assert await rows(seeded, chart("Metrics", columns, more=more)) == [{"name": "rows", "sum": 7.0, "least": 3.0}]


FLOW = """\
id: {id}
namespace: {namespace}
description: "# About {id}"
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, message: hi}}
triggers:
  - {{id: yearly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}}
"""


async def test_flows_triggers_and_texts(client, save):
    for name, namespace in (("one", "dev"), ("two", "dev"), ("three", "prod")):
        await save(FLOW.format(id=name, namespace=namespace))
    columns = "{ns: {field: NAMESPACE}, n: {agg: COUNT}}"
    assert await rows(client, chart("Flows", columns)) == [{"ns": "dev", "n": 2}, {"ns": "prod", "n": 1}]
    assert await rows(client, chart("FlowsKPI", "{field: ID, agg: COUNT}", kind="KPI"), namespace="dev") == [
        {"value": 2}
    ]
    columns = "{flow: {field: FLOW_ID}, next: {field: NEXT_EXECUTION_DATE}, worker: {field: WORKER_ID}}"
    more = "  orderBy: [{column: flow}]\n"
    found = await preview(client, chart("Triggers", columns, kind="Table", more=more))
    assert [one["flow"] for one in found["results"]] == ["one", "three", "two"]
    assert re.fullmatch(r"\d{4}-01-01T00:00:00Z", found["results"][0]["next"])
    assert "startDate" not in found
    markdown = f"id: m\ntype: {KINDS}.chart.Markdown\nsource: "
    assert await rows(client, markdown + '{type: Text, content: "*hi*"}\n') == [{"content": "*hi*"}]
    source = markdown + "{type: FlowDescription, namespace: dev, flowId: one}\n"
    assert await rows(client, source) == [{"content": "# About one"}]
    gone = await client.post(f"{ROOT}/charts/preview", json={"chart": source.replace("one", "gone")})
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        ({"namespace": "dev"}, 3),
        ({"labels": {"team": "red"}}, 2),
        ({"filters": [{"field": "state", "operation": "EQUALS", "value": "FAILED"}]}, 2),
        ({"filters": [{"field": "FLOW_ID", "operation": "NOT_EQUALS", "value": "other"}]}, 5),
        ({"filters": [{"field": "state", "operation": "IN", "value": ["FAILED", "RUNNING"]}]}, 3),
        ({"filters": [{"field": "labels", "operation": "EQUALS", "value": {"team": "blue"}}]}, 1),
        ({"filters": [{"field": "QUERY", "operation": "EQUALS", "value": "sub"}]}, 1),
        ({"filters": [{"field": "startDate", "operation": "LESS_THAN", "value": "2026-01-01T00:30:00Z"}]}, 6),
        ({"endDate": "2026-01-01T00:30:00Z"}, 2),
        (
            {
                "filters": [
                    {
                        "logical": "or",
                        "children": [
                            {"field": "namespace", "operation": "EQUALS", "value": "prod"},
                            {"field": "flowId", "operation": "EQUALS", "value": "other"},
                        ],
                    }
                ]
            },
            3,
        ),
        # Log lines have a level, executions have none: it does not apply.
        ({"filters": [{"field": "level", "operation": "GREATER_THAN_OR_EQUAL_TO", "value": "ERROR"}]}, 6),
    ],
)
async def test_a_viewer_narrows_what_is_shown(seeded, narrowed, count):
    source = chart("ExecutionsKPI", "{field: ID, agg: COUNT}", kind="KPI")
    assert await rows(seeded, source, **narrowed) == [{"value": count}]


@pytest.mark.parametrize(
    ("narrowed", "status", "says"),
    [
        ({"startDate": "2020-01-01T00:00:00Z"}, 422, "366 days"),
        ({"startDate": "2027-01-01T00:00:00Z"}, 422, "endDate"),
        ({"startDate": "yesterday"}, 422, "startDate"),
        ({"pageSize": 5000}, 422, "pageSize"),
        ({"pageNumber": 0}, 422, "pageNumber"),
        ({"filter": []}, 422, "filter"),
        ({"filters": [{"field": "colour", "value": "red"}]}, 400, "colour"),
        ({"filters": ["state"]}, 422, "filters"),
        ({"labels": ["a"]}, 422, "labels"),
    ],
)
async def test_what_cannot_be_narrowed_to_is_said(client, narrowed, status, says):
    assert says in (await preview(client, STATES, status, **narrowed))["message"]


async def test_a_wrong_chart_is_not_drawn(client):
    body = await preview(client, STATES.replace("COUNT", "COUN"), 422)
    assert (body["errors"][0]["line"], body["errors"][0]["code"]) == (6, "choice")
    assert (await client.post(f"{ROOT}/charts/preview", json={"chart": 1})).status_code == 422


SAVED = f"""\
id: saved
title: Saved
timeWindow: {{default: P1D, max: P7D}}
charts:
  - id: states
    type: {KINDS}.chart.Table
    data:
      type: {KINDS}.data.Executions
      columns:
        state: {{field: STATE, displayName: "State, now"}}
        total: {{agg: COUNT}}
"""


async def test_charts_of_a_saved_dashboard_are_drawn_and_exported(seeded):
    await seeded.post(ROOT, content=SAVED, headers=YAML)
    url = f"{ROOT}/saved/charts/states"
    assert (await seeded.post(url, json=RANGE)).json()["total"] == 3
    assert (await seeded.post(url)).json()["results"] == []  # the last day
    assert (await seeded.post(url, json=RANGE | {"endDate": "2026-02-01T00:00:00Z"})).status_code == 422
    assert (await seeded.post(f"{ROOT}/saved/charts/none", json={})).status_code == 404
    for path in (f"{url}/export", f"{url}/export/to-csv", f"{url}/export?format=csv"):
        response = await seeded.post(path, json=RANGE)
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert 'filename="states.csv"' in response.headers["content-disposition"]
        assert list(csv.reader(io.StringIO(response.text))) == [
            ["State, now", "total"],
            ["FAILED", "2"],
            ["RUNNING", "1"],
            ["SUCCESS", "3"],
        ]
    body = {"chart": STATES, "globalFilter": RANGE}
    for path in ("export", "export/to-csv"):
        assert (await seeded.post(f"{ROOT}/charts/{path}", json=body)).text.startswith("state,n\r\nFAILED,2")
    lines = (await seeded.post(f"{ROOT}/charts/export?format=ion", json=body)).text.splitlines()
    assert json.loads(lines[0]) == {"state": "FAILED", "n": 2}
    assert (await seeded.post(f"{ROOT}/charts/export?format=json", json=body)).json()[2] == {"state": "SUCCESS", "n": 3}
    assert (await seeded.post(f"{ROOT}/charts/export?format=xls", json=body)).status_code == 422


async def test_charts_count_only_what_a_user_may_see(guarded):
    async with guarded() as client:
        await seed(client)
        batch = Batch(executions=[run(50, State.FAILED, "team.sub")])
        await client.installation.environment.database.write(prepare_batch(batch))
        body = {"chart": STATES, "globalFilter": RANGE}
        everything = await client.post(f"{ROOT}/charts/preview", json=body, headers=basic(ADMIN))
        assert sum(one["n"] for one in everything.json()["results"]) == 7
        own = await client.post(f"{ROOT}/charts/preview", json=body, headers=basic(EDITOR))
        assert own.json()["results"] == [{"state": "FAILED", "n": 1}]
        refused = await client.post(ROOT, content=SAVED, headers={**YAML, **basic(EDITOR)})
        assert refused.status_code == 403  # a dashboard belongs to no namespace


async def test_a_change_is_written_to_the_audit_log(guarded):
    async with guarded() as client:
        await client.post(ROOT, content=SAVED, headers={**YAML, **basic(ADMIN)})
        await client.delete(f"{ROOT}/saved", headers=basic(ADMIN))
        database = client.installation.environment.database
        found = await database.read(
            lambda c: c.fetch("SELECT action, id FROM audit WHERE resource = 'DASHBOARD' ORDER BY number")
        )
        assert found == [("CREATE", "saved"), ("DELETE", "saved")]


ODD = [None, 1, True, "", [], {}, [[]], {"a": {"b": []}}, "\0", 10**30, ["a", None]]
DRAWN = {
    "id": "c",
    "type": f"{KINDS}.chart.Bar",
    "chartOptions": {"displayName": "d", "column": "a"},
    "data": {
        "type": f"{KINDS}.data.Executions",
        "columns": {"a": {"field": "START_DATE"}, "l": {"field": "LABELS", "labelKey": "k"}, "n": {"agg": "COUNT"}},
        "where": [{"type": "OR", "values": [{"type": "IN", "field": "STATE", "values": ["A"]}]}],
        "orderBy": [{"column": "n"}],
    },
}


def places(value, path=()):
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def replaced(value, path, odd):
    if not path:
        return odd
    copy = value.copy()
    copy[path[0]] = replaced(copy[path[0]], path[1:], odd)
    return copy


@pytest.mark.parametrize("odd", ODD, ids=repr)
async def test_nothing_odd_in_a_chart_breaks_the_server(client, odd):
    for path in places(DRAWN):
        body = {"chart": json.dumps(replaced(DRAWN, path, odd)), "globalFilter": {}}
        response = await client.post(f"{ROOT}/charts/preview", json=body)
        assert response.status_code in {200, 422}, (path, response.text)
    for name in ("field", "operation", "value", "logical", "children"):
        one = {"field": "state", "operation": "EQUALS", "value": "A", name: odd}
        body = {"chart": json.dumps(DRAWN), "globalFilter": {"filters": [one]}}
        assert (await client.post(f"{ROOT}/charts/preview", json=body)).status_code < 500, (name, odd)
