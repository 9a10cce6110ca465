"""What the messages about flows say beyond that something is wrong: what would be right."""

from __future__ import annotations

import pytest

from source.known_types import parse
from tiercel.errors import Violation

LOG = "type: core.log.Log, message: x"


def only(body: str) -> Violation:
    (found,) = parse(body).errors
    return found


@pytest.mark.parametrize(
    ("body", "example"),
    [
        ("tasks: [{id: a}]", "Add the type of a task, such as type: io.kestra.plugin.core.log.Log"),
        (
            "triggers: [{id: a, type: }]",
            "Add the type of a trigger, such as type: io.kestra.plugin.core.trigger.Schedule",
        ),
        (
            "triggers: [{id: a, type: core.trigger.Webhook, key: k, conditions: [{date: x}]}]",
            "Add the type of a condition, such as type: io.kestra.plugin.core.condition.Expression",
        ),
    ],
)
def test_a_missing_type_is_shown_by_an_example(body: str, example: str) -> None:
    found = only(body)
    assert (found.message, found.hint) == ("Invalid type: null", example)


def test_a_condition_that_is_no_map_is_told_so() -> None:
    found = only("triggers: [{id: a, type: core.trigger.Webhook, key: k, conditions: [now]}]")
    assert (found.path, found.code) == ("triggers[0].conditions[0]", "wrong-kind")
    assert found.message == "must be a condition: a map with type"


def test_a_type_that_nothing_is_near_to_says_where_types_come_from() -> None:
    found = only("tasks: [{id: a, type: com.example.Thing}]")
    assert found.message == "Invalid type: com.example.Thing"
    assert "Python packages installed beside it" in found.hint
    assert "the folder of the setting plugins.folder" in found.hint


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (f"triggers: [{{id: a, {LOG}}}]", "Tasks stand under tasks, errors, finally and afterExecution"),
        ("tasks: [{id: a, type: core.trigger.Webhook}]", "Triggers stand under triggers"),
        (
            "tasks: [{id: a, type: core.condition.Weekend}]",
            "Conditions stand under conditions of a trigger or listener",
        ),
    ],
)
def test_a_type_of_another_kind_says_where_it_belongs(body: str, place: str) -> None:
    assert only(body).hint == place


def dag(*dependencies: str) -> str:
    tasks = ", ".join(
        f"{{task: {{id: t{number}, {LOG}}}, dependsOn: [{name}]}}" for number, name in enumerate(dependencies)
    )
    return f"tasks: [{{id: g, type: core.flow.Dag, tasks: [{tasks}]}}]"


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (dag("", "zz", ""), "It can wait for t0, t2"),
        (dag("", "T0"), "Did you mean t0?"),
        (dag("zz"), "Remove it"),
        (dag(*["zz"], *[""] * 30), "It can wait for t1, t10, t11, "),
    ],
)
def test_an_unknown_dependency_lists_the_tasks_there_are(body: str, hint: str) -> None:
    found = only(body)
    assert found.code == "unknown-dependency"
    assert found.hint.startswith(hint)
    assert len(found.hint) < 200


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("'my task?'", "'my task?' must not contain ' ', '?'"),
        ("-a", "'-a' must not begin with '-'"),
        ("a.b", "'a.b' must not contain '.'"),
        ("''", "'' must not be empty"),
    ],
)
def test_an_id_says_what_is_wrong_in_it(name: str, problem: str) -> None:
    found = only(f"tasks: [{{id: {name}, {LOG}}}]")
    assert (found.path, found.message) == ("tasks[0].id", problem)
    assert found.hint == "Use letters, digits, dash and underscore, and begin with a letter or digit"


def test_a_namespace_says_what_is_wrong_in_it() -> None:
    found = only(f"id: f\nnamespace: Upper\ntasks: [{{id: a, {LOG}}}]")
    assert found.message == "'Upper' must not contain 'U'"
    assert found.hint == "Use lower-case letters, digits, dot, dash and underscore, and begin with a letter or digit"


def test_what_must_be_a_map_lists_all_it_may_hold() -> None:
    assert only("concurrency: 3").message == "must be a map of limit, behavior, key, rate, pool, priority"
    assert only("checks: [x]").message == "must be a map of when, condition, message, style, behavior"
