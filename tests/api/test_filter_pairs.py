"""Every published pair of field and operation is answered on every list, and every other one says what there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import httpx
import pytest

from tiercel.api.filter_fields import (
    BLUEPRINT_FIELDS,
    EXECUTION_FIELDS,
    FLOW_FIELDS,
    KV_FIELDS,
    LOG_FIELDS,
    METRIC_FIELDS,
    NAMESPACE_FIELDS,
    SECRET_FIELDS,
    TRIGGER_FIELDS,
    Fields,
)
from tiercel.repository import matching
from tiercel.repository.query import Operation

ROOT = "/api/v1/main"
EQUAL = {"EQUALS", "NOT_EQUALS"}
ONE_OF = EQUAL | {"IN", "NOT_IN"}
ID = ONE_OF | {"CONTAINS", "STARTS_WITH", "ENDS_WITH"}
NAME = ID | {"REGEX", "PREFIX"}
LIMITS = {"GREATER_THAN_OR_EQUAL_TO", "LESS_THAN_OR_EQUAL_TO"}
DATE = EQUAL | LIMITS | {"GREATER_THAN", "LESS_THAN"}
PUBLISHED: dict[str, set[str]] = {
    "q": EQUAL,
    "scope": ONE_OF,
    "namespace": NAME,
    "kind": ONE_OF,
    "labels": ONE_OF | {"CONTAINS", "NOT_CONTAINS", "IS_NULL", "IS_NOT_NULL"},
    "tags": {"IN", "NOT_IN", "PREFIX", "CONTAINS", "STARTS_WITH", "ENDS_WITH"},
    "flowId": NAME,
    "updated": DATE,
    "startDate": DATE,
    "endDate": DATE,
    "expirationDate": DATE,
    "state": ONE_OF,
    "timeRange": {"EQUALS"},
    "parentId": ONE_OF,
    "triggerExecutionId": ID,
    "triggerId": ID,
    "triggerState": EQUAL,
    "executionId": ID,
    "taskId": ID,
    "taskRunId": ID,
    "attemptNumber": ONE_OF,
    "childFilter": EQUAL,
    "workerId": ID,
    "level": LIMITS | {"IN", "NOT_IN"},
    "source": {"EQUALS"},
    "locked": {"EQUALS"},
    "lastTriggeredDate": DATE,
    "nextExecutionDate": DATE,
}
"""What version 2.0 of the interface takes."""
LISTS: dict[str, tuple[Fields, str]] = {
    "/executions/search": (
        EXECUTION_FIELDS,
        "q scope flowId startDate endDate state labels triggerExecutionId childFilter namespace kind parentId taskId",
    ),
    "/flows/search": (FLOW_FIELDS, "labels namespace q scope flowId"),
    "/logs/search": (
        LOG_FIELDS,
        "q scope namespace startDate endDate flowId triggerId level executionId taskId taskRunId attemptNumber kind",
    ),
    "/logs/{execution}": (LOG_FIELDS, ""),
    "/logs/{execution}/download": (LOG_FIELDS, ""),
    "/logs/{execution}/lines": (LOG_FIELDS, ""),
    "/triggers/search": (
        TRIGGER_FIELDS,
        "q scope namespace workerId flowId triggerId triggerState source locked lastTriggeredDate nextExecutionDate",
    ),
    "/metrics/{execution}": (METRIC_FIELDS, ""),
    "/kv": (KV_FIELDS, "q namespace updated expirationDate"),
    "/secrets": (SECRET_FIELDS, "q namespace"),
    "/namespaces/search": (NAMESPACE_FIELDS, "q namespace"),
    "/blueprints/community/flow": (BLUEPRINT_FIELDS, "q tags"),
}
VALUES = {
    **dict.fromkeys(
        ("startDate", "endDate", "updated", "expirationDate", "lastTriggeredDate", "nextExecutionDate"),
        "2026-01-31T12:00:00Z",
    ),
    "scope": "USER",
    "state": "SUCCESS",
    "kind": "NORMAL",
    "timeRange": "PT24H",
    "triggerState": "ENABLED",
    "attemptNumber": "0",
    "childFilter": "MAIN",
    "level": "INFO",
    "locked": "true",
}
FLOW = """\
id: {id}
namespace: {namespace}
labels: {labels}
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, level: WARN, message: "a word of {id}"}}
  - {{id: tell, type: io.kestra.plugin.core.log.Log, message: another word}}
"""
TRIGGER = """\
triggers:
  - {{id: daily, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 * * *", disabled: {disabled}}}
"""
FLOWS = {
    "first": ("team.a", "{env: prod, tier: Gold}"),
    "second": ("team.b", "{env: test}"),
    "third": ("system", "{me: '{{ execution.id }}'}"),
}


class Opener(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[httpx.AsyncClient]: ...


@pytest.fixture
async def filled(open_server: Opener) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    """A server where each of three flows ran once; gives the ids of the executions."""
    async with open_server() as client:
        ids: dict[str, str] = {}
        for name, (namespace, labels) in FLOWS.items():
            is_off = "true" if name == "second" else "false"
            source = FLOW.format(id=name, namespace=namespace, labels=labels) + TRIGGER.format(disabled=is_off)
            headers = {"content-type": "application/x-yaml"}
            (await client.post(f"{ROOT}/flows", content=source, headers=headers)).raise_for_status()
            ran = await client.post(f"{ROOT}/executions/{namespace}/{name}?wait=true")
            ids[name] = ran.raise_for_status().json()["id"]
        yield client, ids


async def test_every_pair_is_answered_or_refused_in_words(
    filled: tuple[httpx.AsyncClient, dict[str, str]],
) -> None:
    client, ids = filled
    for address, (fields, published) in LISTS.items():
        path = ROOT + address.format(execution=ids["first"])
        for field in (*fields.names, *published.split(), "nope"):
            for operation in Operation:
                value = VALUES.get(field, "a")
                answer = await client.get(path, params={f"filters[{field}][{operation}]": value})
                pair = (address, field, operation)
                if field in fields.names and operation in PUBLISHED.get(field, ()):
                    assert answer.status_code == 200, (*pair, answer.text)
                elif answer.status_code != 200:  # more than what is published may be taken, but nothing is passed over
                    check_refusal(answer, fields, field, operation)
                else:
                    assert field in fields.names, pair
    assert all(set(published.split()) <= set(fields.names) for fields, published in LISTS.values())


def check_refusal(answer: httpx.Response, fields: Fields, field: str, operation: str) -> None:
    body = answer.json()
    assert (answer.status_code, body["type"].rsplit("/", 1)[-1]) == (400, "invalid-query-filters")
    of_operation = f"Operation {operation} is not supported for field {field}. Supported operations are "
    of_field = f"Field {field} is not supported for resource {fields.resource}. Supported fields are "
    said = of_operation if field in fields.names else of_field
    assert body["detail"].startswith("Provided query filters are invalid: ")
    assert said in body["detail"]
    assert [one["path"] for one in body["errors"]] == [f"filters[{field}][{operation}]"]


ALL = {"first", "second", "third"}
OF_EXECUTIONS: list[tuple[str, str, set[str]]] = [
    ("[labels][EQUALS][env]", "prod", {"first"}),
    ("[labels][NOT_EQUALS][env]", "prod", {"second", "third"}),
    ("[labels][IN][env]", "prod,test", {"first", "second"}),
    ("[labels][NOT_IN][env]", "prod,test", {"third"}),
    ("[labels][CONTAINS][tier]", "ol", {"first"}),
    ("[labels][CONTAINS][tier]", "GOLD", {"first"}),
    ("[labels][NOT_CONTAINS][tier]", "ol", {"second", "third"}),
    ("[labels][CONTAINS]", "tie", {"first"}),
    ("[labels][CONTAINS]", "est", {"second"}),
    ("[labels][NOT_CONTAINS]", "es", {"first", "third"}),
    ("[labels][IS_NULL]", "env", {"third"}),
    ("[labels][IS_NOT_NULL]", "env", {"first", "second"}),
    ("[labels][IS_NULL][tier]", "", {"second", "third"}),
    ("[labels][IS_NOT_NULL][tier]", "", {"first"}),
    ("[labels][IS_NULL]", "Env", ALL),
    ("[scope][IN]", "USER,SYSTEM", ALL),
    ("[scope][NOT_IN]", "USER", {"third"}),
    ("[or][0][labels][IS_NULL]", "env", {"third"}),
]


@pytest.mark.parametrize(("name", "value", "expected"), OF_EXECUTIONS)
@pytest.mark.parametrize("path", ["/executions/search", "/flows/search"])
async def test_labels_are_there_or_not(
    filled: tuple[httpx.AsyncClient, dict[str, str]], path: str, name: str, value: str, expected: set[str]
) -> None:
    client, _ = filled
    page = (await client.get(ROOT + path, params={f"filters{name}": value})).raise_for_status().json()
    assert {one["id" if "flows" in path else "flowId"] for one in page["results"]} == expected


async def test_a_label_that_is_the_execution_itself_is_found(
    filled: tuple[httpx.AsyncClient, dict[str, str]],
) -> None:
    client, ids = filled
    own = {"[system.correlationId]": ALL, "[system.from]": ALL, "[system.other]": set()}
    for key, expected in own.items():
        for operation, wanted in (("IS_NOT_NULL", expected), ("IS_NULL", ALL - expected)):
            found = await client.get(f"{ROOT}/executions/search", params={f"filters[labels][{operation}]{key}": ""})
            assert {one["flowId"] for one in found.json()["results"]} == wanted, (key, operation)
    part = ids["first"][3:15]
    for name in ("[labels][CONTAINS]", "[labels][CONTAINS][system.correlationId]"):
        found = await client.get(f"{ROOT}/executions/search", params={f"filters{name}": part})
        assert [one["id"] for one in found.json()["results"]] == [ids["first"]], name
    found = await client.get(f"{ROOT}/executions/search", params={"filters[labels][CONTAINS][env]": part})
    assert found.json()["results"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"filters[level][IN]": "WARN,ERROR"}, ["a word of first"]),
        ({"filters[level][NOT_IN]": "WARN"}, ["another word"]),
        ({"filters[level][LESS_THAN_OR_EQUAL_TO]": "info"}, ["another word"]),
        ({"filters[taskId][IN]": "say,nope"}, ["a word of first"]),
        ({"filters[taskId][REGEX]": "t.l+"}, ["another word"]),
        ({"filters[attemptNumber][IN]": "0,1"}, ["a word of first", "another word"]),
        ({"filters[attemptNumber][NOT_IN]": "0"}, []),
        ({"filters[q][EQUALS]": "OF first"}, ["a word of first"]),
        ({"filters[namespace][PREFIX]": "team", "minLevel": "WARN"}, ["a word of first"]),
        ({"filters[or][0][taskId][EQUALS]": "tell", "filters[or][1][q][EQUALS]": "nowhere"}, ["another word"]),
    ],
)
async def test_lines_of_an_execution_are_filtered_as_those_of_all(
    filled: tuple[httpx.AsyncClient, dict[str, str]], query: dict[str, str], expected: list[str]
) -> None:
    client, ids = filled
    of_one = (await client.get(f"{ROOT}/logs/{ids['first']}", params=query)).raise_for_status().json()
    assert [one["message"] for one in of_one] == expected
    lines = f"{ROOT}/logs/{ids['first']}/lines"
    stretch = (await client.get(lines, params=query)).raise_for_status().json()
    assert ([one["message"] for one in stretch["results"]], stretch["total"]) == (expected, len(expected))
    last = (await client.get(lines, params={**query, "offset": "-1"})).raise_for_status().json()
    assert [one["message"] for one in last["results"]] == expected[-1:]
    text = (await client.get(f"{ROOT}/logs/{ids['first']}/download", params=query)).raise_for_status().text
    assert [word for word in ("a word of first", "another word") if word in text] == expected
    everywhere = {**query, "filters[executionId][EQUALS]": ids["first"]}
    of_all = (await client.get(f"{ROOT}/logs/search", params=everywhere)).raise_for_status().json()["results"]
    assert sorted(one["message"] for one in of_all) == sorted(expected)


async def test_only_the_lines_that_were_asked_for_are_removed(
    filled: tuple[httpx.AsyncClient, dict[str, str]],
) -> None:
    client, ids = filled
    lines = f"{ROOT}/logs/{ids['first']}"
    assert (await client.delete(lines, params={"filters[nope][EQUALS]": "x"})).status_code == 400
    assert (await client.delete(lines, params={"filters[level][IN]": "WARN"})).status_code == 200
    assert [one["message"] for one in (await client.get(lines)).json()] == ["another word"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("[triggerState][EQUALS]", "disabled", {"second"}),
        ("[triggerState][NOT_EQUALS]", "DISABLED", {"first", "third"}),
        ("[scope][IN]", "SYSTEM", {"third"}),
        ("[locked][EQUALS]", "false", ALL),
        ("[source][EQUALS]", "x", set()),
    ],
)
async def test_triggers_are_filtered(
    filled: tuple[httpx.AsyncClient, dict[str, str]], name: str, value: str, expected: set[str]
) -> None:
    client, _ = filled
    page = (await client.get(f"{ROOT}/triggers/search", params={f"filters{name}": value})).raise_for_status().json()
    assert {one["state"]["flowId"] for one in page["results"]} == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("[q][EQUALS]", "TEAM", ["team", "team.a", "team.b"]),
        ("[q][NOT_EQUALS]", "team", ["system"]),
        ("[namespace][PREFIX]", "team", ["team", "team.a", "team.b"]),
        ("[namespace][ENDS_WITH]", ".A", ["team.a"]),
        ("[namespace][NOT_IN]", "team.a,system", ["team", "team.b"]),
        ("[namespace][REGEX]", "team..", ["team.a", "team.b"]),
    ],
)
async def test_namespaces_are_filtered(
    filled: tuple[httpx.AsyncClient, dict[str, str]], name: str, value: str, expected: list[str]
) -> None:
    client, _ = filled
    page = (await client.get(f"{ROOT}/namespaces/search", params={f"filters{name}": value})).raise_for_status().json()
    assert [one["id"] for one in page["results"]] == expected


async def test_what_takes_no_key_says_so(filled: tuple[httpx.AsyncClient, dict[str, str]]) -> None:
    client, _ = filled
    answer = await client.get(f"{ROOT}/flows/search", params={"filters[labels][IS_NULL]": ""})
    assert answer.status_code == 400
    assert answer.json()["detail"] == "filters[labels][IS_NULL] names a label: write filters[labels][IS_NULL]=key"


async def test_patterns_share_a_limit_of_time(
    filled: tuple[httpx.AsyncClient, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = filled
    monkeypatch.setattr(matching, "_REGEX_SECONDS", 1e-9)
    answer = await client.get(f"{ROOT}/namespaces/search", params={"filters[namespace][REGEX]": "(a|aa)+c"})
    assert answer.status_code == 422
    assert "'(a|aa)+c' takes too long: write a simpler regular expression" in answer.json()["detail"]
