from __future__ import annotations

import pytest

from source.known_types import flow_of, parse, problems
from tiercel.model.dialect import Dialect, DialectSetting

LOG = "{id: l, type: core.log.Log, message: x}"
NEW = [
    f"tasks: [{{id: a, type: core.flow.Loop, values: [1], tasks: [{LOG}]}}]",
    f"tasks: [{{id: a, type: core.flow.Parallel, onChildFailure: CANCEL, tasks: [{LOG}]}}]",
    "triggers: [{id: t, type: core.trigger.Webhook, key: k, when: 'true'}]",
    "inputs: [{id: f, type: FORM, inputs: [{id: c, type: STRING}]}]",
    "inputs: [{id: s, type: SELECT, values: [{label: L, value: v}]}]",
    "checks: [{when: 'true', message: m}]",
    "policyRefs: [a]",
    "draft: true",
    "tasks: [{id: a, type: core.log.Log, message: x, workerSelector: {tags: [a]}}]",
]
OLD = [
    "tasks: [{id: a, type: core.debug.Echo}]",
    "tasks: [{id: a, type: io.kestra.core.Log, message: x}]",
    "tasks: [{id: a, type: core.flow.Pause, delay: PT1S}]",
    "tasks: [{id: a, type: core.http.Request, sslOptions: {}}]",
    "tasks: [{id: a, type: core.log.Log, message: x, retry: {type: constant, interval: PT1S, maxAttempt: 2}}]",
    "inputs: [{name: a, id: a, type: STRING}]",
    "inputs: [{name: a, type: STRING}]",
    "inputs: [{id: a, type: BOOLEAN}]",
    "inputs: [{id: a, type: ENUM, values: [a]}]",
    "outputs: [{id: a, type: BOOLEAN, value: 'true'}]",
    f"listeners: [{{tasks: [{LOG}]}}]",
    "pluginDefaults: [{type: core.log.Log, values: {level: WARN}}]",
    "triggers: [{id: t, type: core.trigger.Webhook, key: k, conditions: [{type: core.condition.Weekend}]}]",
    "workerGroup: {key: a}",
]
OURS = [
    "tasks: [{id: a, type: core.flow.Approval}]",
    f"tasks: [{{id: a, type: core.flow.Loop, values: [1], breakWhen: x, tasks: [{LOG}]}}]",
    "tasks: [{id: a, type: core.log.Log, message: x, when: 'true'}]",
]


@pytest.mark.parametrize("body", NEW)
def test_what_only_2_0_has_makes_a_flow_2_0(body: str) -> None:
    assert flow_of(body).dialect is Dialect.V2_0
    assert flow_of(body, DialectSetting.V2_0).dialect is Dialect.V2_0
    assert {code for _, code in problems(body, DialectSetting.V1_3)} == {"other-dialect"}


@pytest.mark.parametrize("body", OLD)
def test_what_only_1_3_has_leaves_a_flow_1_3(body: str) -> None:
    assert flow_of(body).dialect is Dialect.V1_3
    assert flow_of(body, DialectSetting.V1_3).dialect is Dialect.V1_3
    assert {code for _, code in problems(body, DialectSetting.V2_0)} == {"other-dialect"}


@pytest.mark.parametrize("body", OURS)
def test_what_no_published_version_has_is_served_by_auto_alone(body: str) -> None:
    assert flow_of(body).dialect is Dialect.V2_0
    for setting in (DialectSetting.V1_3, DialectSetting.V2_0):
        assert {code for _, code in problems(body, setting)} == {"other-dialect"}


def test_auto_takes_both_in_one_flow() -> None:
    assert flow_of(f"{OLD[3]}\n{NEW[2]}").dialect is Dialect.V2_0


def test_text_common_to_both_is_what_was_asked_for() -> None:
    assert flow_of("labels: {a: b}").dialect is Dialect.V1_3
    assert flow_of("labels: {a: b}", DialectSetting.V2_0).dialect is Dialect.V2_0


def test_the_refusal_says_what_to_do() -> None:
    (found,) = parse(OLD[0], DialectSetting.V2_0).errors
    assert found.path == "tasks[0].type"
    assert "not part of dialect 2.0" in found.message
    assert "auto" in found.hint


def test_a_condition_that_is_null_is_false_in_1_3_and_refused_in_2_0() -> None:
    body = f"tasks: [{{id: i, type: core.flow.If, condition: null, then: [{LOG}]}}]"
    assert problems(body, DialectSetting.V2_0) == [("tasks[0].condition", "missing")]
    assert problems(body, DialectSetting.V1_3) == []
    assert problems(body.replace("condition: null, ", ""), DialectSetting.V1_3) == [("tasks[0].condition", "missing")]


def test_a_schedule_must_give_inputs_only_in_2_0() -> None:
    body = "inputs: [{id: i, type: STRING}]\ntriggers: [{id: t, type: core.trigger.Schedule, cron: '* * * * *'}]"
    assert problems(body, DialectSetting.V2_0) == [("triggers[0].inputs", "schedule-input")]
    parsed = parse(body, DialectSetting.V1_3)
    assert [(item.code, item.is_error) for item in parsed.violations] == [("schedule-input", False)]
    assert problems(body.replace("cron:", "inputs: {i: x}, cron:"), DialectSetting.V2_0) == []
