from __future__ import annotations

from datetime import timedelta

import pytest

from source.known_types import PREFIX, KnownTypes, flow_of, parse, problems, warnings
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Concurrency, ConcurrencyBehavior, Retry, RetryBehavior, RetryKind, TaskKind
from tiercel.plugins.registry import Registry
from tiercel.source import parse_flow, parse_stored

HELLO = """\
id: hello_world
namespace: dev

tasks:
  - id: say_hello
    type: io.kestra.plugin.core.log.Log
    message: "Hello, World!"
"""


def test_the_first_flow() -> None:
    parsed = parse_flow(HELLO, KnownTypes(), revision=3)
    flow = parsed.flow
    assert flow is not None
    assert parsed.violations == []
    assert (flow.id, flow.namespace, flow.revision, flow.dialect) == ("hello_world", "dev", 3, Dialect.V1_3)
    assert flow.source == HELLO
    (task,) = flow.tasks
    assert task.kind is TaskKind.RUNNABLE
    assert task.is_inline
    assert task.properties == {"message": "Hello, World!"}


def test_every_problem_is_reported_at_once_with_its_place() -> None:
    text = """\
id: hello world
namespace: Dev
labls: {a: b}
tasks:
  - id: a
    type: io.kestra.plugin.core.log.Lgo
    message: x
    retry: {type: constant, interval: PT10S, maxDuration: PT5S}
  - id: b c
    type: io.kestra.plugin.core.log.Log
    mesage: 1
    disabled: maybe
"""
    found = parse_flow(text, KnownTypes()).violations
    assert [(item.line, item.column, item.path) for item in found] == [
        (1, 5, "id"),
        (2, 12, "namespace"),
        (3, 1, "labls"),
        (6, 11, "tasks[0].type"),
        (8, 39, "tasks[0].retry.interval"),
        (9, 5, "tasks[1].message"),
        (9, 9, "tasks[1].id"),
        (11, 5, "tasks[1].mesage"),
        (12, 15, "tasks[1].disabled"),
    ]
    hints = {item.path: item.hint for item in found}
    assert hints["labls"] == "Did you mean labels?"
    assert hints["tasks[0].type"] == "Did you mean io.kestra.plugin.core.log.Log?"
    assert hints["tasks[1].mesage"] == "Did you mean message?"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("tasks: []", [("tasks", "empty")]),
        ("tasks:", [("tasks", "empty")]),
        ("tasks: {a: 1}", [("tasks", "wrong-kind")]),
        ("tasks: [x]", [("tasks[0]", "wrong-kind")]),
        ("tasks: [{type: core.log.Log, message: x}]", [("tasks[0].id", "missing")]),
        ("tasks: [{id: a}]", [("tasks[0].type", "missing-type")]),
        ("tasks: [{id: a, type: core.trigger.Webhook}]", [("tasks[0].type", "wrong-type")]),
        ("tasks: [{id: a, type: core.log.Log}]", [("tasks[0].message", "required")]),
        ("tasks: [{id: _a, type: core.log.Log, message: x}]", [("tasks[0].id", "bad-id")]),
        ("tasks: [{id: a, type: core.log.Log, message: x, timeout: 10s}]", [("tasks[0].timeout", "not-a-duration")]),
        ("tasks: [{id: a, type: core.log.Log, message: x, assets: {}}]", [("tasks[0].assets", "not-supported")]),
        ("tasks: [{id: a, type: core.log.Log, message: x, logLevel: LOUD}]", [("tasks[0].logLevel", "not-a-choice")]),
        ("variables: [a]", [("variables", "wrong-kind")]),
        ("labels: [a]", [("labels[0]", "wrong-kind")]),
        ("labels: {system.x: a}", [("labels.system.x", "system-label")]),
        ("labels: {Upper: a}", [("labels.Upper", "bad-label")]),
        ("labels: {a: ''}", [("labels.a", "bad-label")]),
        ("concurrency: {limit: 0}", [("concurrency.limit", "too-small")]),
        ("concurrency: {limit: 1, behavior: NOPE}", [("concurrency.behavior", "not-a-choice")]),
        ("outputs: [{id: o, value: x}]", [("outputs[0].type", "missing")]),
        ("outputs: [{id: o, type: STRING}]", [("outputs[0].value", "missing")]),
        ("outputs: [{id: o, type: WAT, value: x}]", [("outputs[0].type", "not-a-choice")]),
        ("outputs: [{id: o, type: ARRAY, itemType: INT, value: x}]", [("outputs[0].itemType", "unknown-property")]),
        ("sla: [{id: s, type: MAX_DURATION, behavior: FAIL}]", [("sla[0].duration", "missing")]),
        ("checks: [{message: m}]", [("checks[0].when", "missing")]),
        ("retry: {type: wild}", [("retry.type", "not-a-choice")]),
        ("retry: {type: constant}", [("retry.interval", "missing")]),
        ("retry: {type: constant, interval: PT1S, maxAttempts: 0}", [("retry.maxAttempts", "too-small")]),
        ("triggers: [{id: t, type: core.trigger.Webhook}]", [("triggers[0].key", "required")]),
        ("triggers: [{id: t, type: core.trigger.Webhook, key: k, x: 1}]", [("triggers[0].x", "unknown-property")]),
    ],
)  # fmt: skip
def test_refused(body: str, expected: list[tuple[str, str]]) -> None:
    assert problems(body) == expected


def test_not_a_flow() -> None:
    assert [item.code for item in parse_flow("- a", KnownTypes()).errors] == ["not-a-flow"]
    assert [item.code for item in parse_flow("", KnownTypes()).errors] == ["not-a-flow"]


def test_numbers_where_text_is_wanted_keep_their_spelling() -> None:
    flow = flow_of("labels: {version: 1.10, on: true}\ntasks: [{id: 12, type: core.log.Log, message: x}]")
    assert flow.labels == (("version", "1.10"), ("on", "true"))
    assert flow.tasks[0].id == "12"


def test_labels_as_a_list_keep_their_order() -> None:
    flow = flow_of("labels: [{key: b, value: x}, {key: a, value: y}, {key: system.readOnly, value: true}]")
    assert flow.labels == (("b", "x"), ("a", "y"), ("system.readOnly", "true"))


def test_the_parts_of_a_flow() -> None:
    flow = flow_of(
        """\
description: d
variables: {a: 1}
concurrency: {limit: 2}
retry: {type: exponential, interval: PT1S, maxInterval: PT1M, maxAttempts: 3, behavior: CREATE_NEW_EXECUTION}
sla: [{id: s, type: EXECUTION_ASSERTION, assert: '{{ true }}', behavior: NONE, labels: {a: b}}]
checks: [{condition: '{{ true }}', message: m, style: ERROR}]
outputs: [{id: o, type: INT, value: 1, required: false}]
errors: [{id: e, type: core.log.Log, message: x}]
finally: [{id: g, type: core.log.Log, message: x}]
afterExecution: [{id: h, type: core.log.Log, message: x}]
disabled: 'true'
"""
    )
    assert flow.concurrency == Concurrency(limit=2, behavior=ConcurrencyBehavior.QUEUE)
    assert flow.retry == Retry(
        kind=RetryKind.EXPONENTIAL,
        interval=timedelta(seconds=1),
        max_interval=timedelta(minutes=1),
        max_attempts=3,
        behavior=RetryBehavior.CREATE_NEW_EXECUTION,
    )
    assert flow.slas[0].assertion == "{{ true }}"
    assert flow.slas[0].labels == (("a", "b"),)
    assert (flow.checks[0].when, flow.checks[0].style, flow.checks[0].behavior) == (
        "{{ true }}",
        "ERROR",
        "BLOCK_EXECUTION",
    )
    assert (flow.outputs[0].id, flow.outputs[0].is_required) == ("o", False)
    assert [flow.errors[0].id, flow.finally_[0].id, flow.after_execution[0].id] == ["e", "g", "h"]
    assert flow.is_disabled


@pytest.mark.parametrize(
    "retry",
    [
        "{type: constant, interval: PT10S, maxDuration: PT10S}",
        "{type: exponential, interval: PT5S, maxInterval: PT1S}",
        "{type: random, minInterval: PT5S, maxInterval: PT1S}",
    ],
)
def test_retry_bounds_must_be_in_order(retry: str) -> None:
    assert [code for _, code in problems(f"retry: {retry}")] == ["not-ordered"]


def test_legacy_spellings_of_1_3() -> None:
    body = """\
inputs: [{name: a, type: STRING}]
taskDefaults: [{type: core.log, values: {level: WARN}}]
listeners:
  - tasks: [{id: l, type: core.log.Log, message: x}]
    conditions: [{type: core.condition.Not, conditions: [{type: core.condition.Weekend}]}]
triggers:
  - {id: t, type: core.trigger.Webhook, key: k, minLogLevel: WARN, conditions: [{type: core.condition.Weekend}]}
tasks: [{id: a, type: io.kestra.core.Log, message: x, retry: {type: constant, interval: PT1S, maxAttempt: 4}}]
"""
    flow = flow_of(body)
    assert flow.inputs[0].id == "a"
    assert flow.tasks[0].properties["level"] == "WARN"
    assert (flow.tasks[0].type, flow.tasks[0].declared_type) == (PREFIX + "log.Log", "io.kestra.core.Log")
    assert flow.tasks[0].retry is not None
    assert flow.tasks[0].retry.max_attempts == 4
    assert flow.listeners[0].conditions[0].properties == {"conditions": [{"type": PREFIX + "condition.Weekend"}]}
    assert flow.triggers[0].log_level == "WARN"
    assert flow.triggers[0].conditions[0].type == PREFIX + "condition.Weekend"
    assert set(warnings(body)) == {
        ("inputs[0].name", "deprecated"),
        ("taskDefaults", "deprecated"),
        ("listeners", "deprecated"),
        ("triggers[0].minLogLevel", "deprecated"),
        ("tasks[0].type", "renamed-type"),
        ("tasks[0].retry.maxAttempt", "deprecated"),
    }


def test_a_deprecated_type_is_a_warning_at_the_task() -> None:
    assert warnings("tasks: [{id: a, type: core.debug.Echo}]") == [("tasks[0]", "deprecated")]


def test_a_flow_cannot_become_another_one() -> None:
    before = flow_of("labels: {a: b}")
    parsed = parse("id: other\nnamespace: n\nnonsense: 1", previous=before)
    assert [(item.path, item.code) for item in parsed.violations] == [("id", "identity-changed")]
    assert parse("labels: {a: c}", previous=before).flow is not None


def test_a_stored_revision_keeps_its_dialect_and_takes_both_versions() -> None:
    text = HELLO.replace("message:", "policyRefs: []\n    message:") + "listeners: []\n"
    parsed = parse_stored(text, KnownTypes(), Dialect.V1_3, 7)
    assert parsed.flow is not None
    assert (parsed.flow.dialect, parsed.flow.revision) == (Dialect.V1_3, 7)


def test_a_text_full_of_mistakes_is_answered_with_a_list_one_can_read() -> None:
    body = "".join(f"k{number}: 1\n" for number in range(30_000))
    parsed = parse(body)
    assert parsed.flow is None
    assert len(parsed.violations) == 1001
    assert parsed.violations[-1].message == "29,000 more problems are not listed"


def test_errors_beyond_the_list_still_count() -> None:
    triggers = ", ".join(f"{{id: t{n}, type: core.trigger.Webhook, key: k, minLogLevel: WARN}}" for n in range(1100))
    parsed = parse(f"triggers: [{triggers}, {{id: last, type: core.trigger.Webhook}}]")
    assert parsed.flow is None
    assert not any(found.is_error for found in parsed.violations[:-1])
    assert parsed.violations[-1].is_error


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("io.kestra.plugin.gcp.pubsub.Publish", "tiercel flow doctor"),
        ("io.kestra.plugin.aws.kinesis.PutRecords", "tiercel flow doctor"),
        ("io.kestra.plugin.jdbc.duckb.Query", "io.kestra.plugin.jdbc.duckdb.Query?"),
        ("io.kestra.plugin.fs.sftp.Uplod", "io.kestra.plugin.fs.sftp.Upload?"),
        ("io.kestra.plugin.log.Log", "io.kestra.plugin.core.log.Log?"),
        ("Log", "io.kestra.plugin.core.log.Log?"),
    ],
)
def test_a_type_of_another_product_is_not_said_to_be_near(name: str, expected: str) -> None:
    types = Registry(["tiercel.tasks"], is_discovering=False)
    [found] = parse_flow(f"id: a\nnamespace: b\ntasks:\n  - id: c\n    type: {name}\n", types).violations
    assert expected in found.hint
