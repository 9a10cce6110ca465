from __future__ import annotations

from collections.abc import Iterable

import pytest

from source.known_types import PREFIX, flow_of, parse, problems, warnings
from tiercel.model.flow import TaskDefinition, TaskKind
from tiercel.source.dags import find_circle

LOG = "type: core.log.Log, message: x"


def ids(tasks: Iterable[TaskDefinition]) -> list[str]:
    return [task.id for task in tasks]


def test_branches_of_every_shape() -> None:
    flow = flow_of(
        f"""\
tasks:
  - id: s
    type: core.flow.Switch
    value: v
    cases: {{a: [{{id: a1, {LOG}}}], b: [{{id: b1, {LOG}}}, {{id: b2, {LOG}}}]}}
    defaults: [{{id: d1, {LOG}}}]
    errors: [{{id: e1, {LOG}}}]
    finally: [{{id: f1, {LOG}}}]
  - {{id: p, type: core.flow.Pause, onPause: {{id: on, {LOG}}}}}
  - id: g
    type: core.flow.Dag
    tasks:
      - task: {{id: x, {LOG}}}
      - task: {{id: y, {LOG}}}
        dependsOn: [x]
"""
    )
    switch, pause, dag = flow.tasks
    assert {name: ids(tasks) for name, tasks in switch.branches.items()} == {
        "cases.a": ["a1"],
        "cases.b": ["b1", "b2"],
        "defaults": ["d1"],
        "errors": ["e1"],
        "finally": ["f1"],
    }
    assert switch.properties == {"value": "v"}
    assert switch.kind is TaskKind.FLOWABLE
    assert ids(pause.branches["onPause"]) == ["on"]
    assert [task.depends_on for task in dag.branches["tasks"]] == [(), ("x",)]


def test_one_task_may_be_written_as_a_list_of_one() -> None:
    flow = flow_of(f"tasks: [{{id: p, type: core.flow.Pause, onPause: [{{id: on, {LOG}}}]}}]")
    assert ids(flow.tasks[0].branches["onPause"]) == ["on"]


@pytest.mark.parametrize(("written", "is_disabled"), [("1", True), ("0", False), ("''", False), ("'TRUE'", True)])
def test_ways_to_write_a_boolean(written: str, is_disabled: bool) -> None:
    flow = flow_of(f"tasks: [{{id: a, {LOG}, disabled: {written}}}]")
    assert flow.tasks[0].is_disabled is is_disabled


def test_a_foreach_item_runs_as_three_steps() -> None:
    flow = flow_of(
        "tasks: [{id: e, type: core.flow.ForEachItem, items: u, batch: {rows: 1}, namespace: n, flowId: other}]"
    )
    (task,) = flow.tasks
    split, items, merge = task.branches["tasks"]
    assert [(step.id, step.kind, step.control) for step in (split, items, merge)] == [
        ("e_split", TaskKind.RUNNABLE, ""),
        ("e_items", TaskKind.EXECUTABLE, "foreach_item_items"),
        ("e_merge", TaskKind.RUNNABLE, ""),
    ]
    assert split.properties == {"items": "u", "batch": {"rows": 1}}
    assert items.properties == {"namespace": "n", "flowId": "other"}
    assert split.type == f"{PREFIX}flow.ForEachItem$ForEachItemSplit"


@pytest.mark.parametrize(
    ("extra", "is_inline"),
    [
        ("message: 'x {{ inputs.a }}'", True),
        ("message: please read (this)", True),
        ("message: \"{{ read('f') }}\"", False),
        ("message: \"{{ secret ('f') }}\"", False),
        ("message: '{{ render(vars.a) }}'", False),
        ("message: [{deep: \"{{ kv('k') }}\"}]", False),
        ("message: x, timeout: PT1S", False),
        ("message: x, logToFile: true", False),
        ("message: x, taskCache: {enabled: true}", False),
    ],
)
def test_which_tasks_may_run_inside_a_pass(extra: str, is_inline: bool) -> None:
    assert flow_of(f"tasks: [{{id: a, type: core.log.Log, {extra}}}]").tasks[0].is_inline is is_inline


def test_a_type_that_blocks_is_never_inline() -> None:
    assert not flow_of("tasks: [{id: a, type: core.http.Request, uri: u}]").tasks[0].is_inline


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ("{id: s, type: core.flow.Sequential}", "tasks[0].tasks", "empty"),
        ("{id: s, type: core.flow.Switch, value: v}", "tasks[0].cases", "empty"),
        ("{id: s, type: core.flow.Switch, value: v, cases: {a: }}", "tasks[0].cases.a", "empty"),
        ("{id: s, type: core.flow.Sequential, tasks: []}", "tasks[0].tasks", "empty"),
        (f"{{id: s, type: core.flow.Switch, value: v, cases: [{{id: q, {LOG}}}]}}", "tasks[0].cases", "wrong-kind"),
        ("{id: g, type: core.flow.Dag, tasks: [{id: x}]}", "tasks[0].tasks[0].id", "unknown-property"),
        (
            f"{{id: g, type: core.flow.Dag, tasks: [{{task: {{id: x, {LOG}}}, dependsOn: [y]}}]}}",
            "tasks[0].tasks[0].dependsOn[0]",
            "unknown-dependency",
        ),
        (
            (
                f"{{id: g, type: core.flow.Dag, tasks: [{{task: {{id: x, {LOG}}}, dependsOn: [y]}},"
                f" {{task: {{id: y, {LOG}}}, dependsOn: [x]}}]}}"
            ),
            "tasks[0].tasks[0].dependsOn",
            "cyclic-dependency",
        ),
        ("{id: c, type: core.flow.Subflow, namespace: n, flowId: f}", "tasks[0].flowId", "self-call"),
        (
            "{id: c, type: core.flow.Subflow, namespace: n, flowId: g, labels: {system.x: a}}",
            "tasks[0].labels.system.x",
            "system-label",
        ),
        (
            (
                f"{{id: w, type: core.flow.WorkingDirectory, tasks: [{{id: s, type: core.flow.Sequential, "
                f"tasks: [{{id: q, {LOG}}}]}}]}}"
            ),
            "tasks[0].tasks[0]",
            "not-runnable",
        ),
        (
            "{id: w, type: core.flow.WorkingDirectory, tasks: [{id: s, type: core.execution.SetVariables}]}",
            "tasks[0].tasks[0]",
            "not-runnable",
        ),
    ],
)
def test_refused(body: str, path: str, code: str) -> None:
    assert (path, code) in problems(f"tasks: [{body}]")


def test_tasks_within_a_task_of_unknown_type_are_checked_too() -> None:
    body = "tasks: [{id: u, type: core.flow.Nope, tasks: [{id: a, type: core.log.Log}]}]"
    assert problems(body) == [("tasks[0].type", "unknown-type"), ("tasks[0].tasks[0].message", "required")]


def test_a_type_with_the_same_last_word_is_suggested() -> None:
    (found,) = parse("tasks: [{id: u, type: com.acme.Log, message: x}]").errors
    assert found.hint == f"Did you mean {PREFIX}log.Log?"


def test_ids_are_unique_in_the_whole_flow_and_reported_as_one() -> None:
    body = f"""\
inputs: [{{id: i, type: STRING}}, {{id: i, type: INT}}]
tasks:
  - {{id: a, {LOG}}}
  - {{id: s, type: core.flow.Sequential, tasks: [{{id: a, {LOG}}}]}}
errors: [{{id: a, {LOG}}}]
triggers: [{{id: t, type: core.trigger.Webhook, key: k}}, {{id: t, type: core.trigger.Webhook, key: k}}]
"""
    (found,) = parse(body).errors
    assert found.code == "duplicate-id"
    assert "Duplicate task id with name [a] (lines 6, 7)" in found.message
    assert "Duplicate trigger id with name [t] (line 8)" in found.message
    assert "Duplicate input with name [i] (line 3)" in found.message


def test_a_timeout_on_a_flowable_has_no_effect() -> None:
    body = f"tasks: [{{id: s, type: core.flow.Sequential, timeout: PT1S, tasks: [{{id: a, {LOG}}}]}}]"
    assert warnings(body) == [("tasks[0].timeout", "no-effect")]


@pytest.mark.parametrize(
    ("message", "is_refused"),
    [
        ("{{ inputs.a-b }}", True),
        ("{{ outputs.x-y.value }}", True),
        ("{{ inputs['a-b'] }}", False),
        ("{{ inputs.count-1 }}", False),
        ("inputs.a-b", False),
        ("{{ my.inputs.a-b }}", False),
    ],
)
def test_names_with_a_dash_after_a_dot(message: str, is_refused: bool) -> None:
    body = (
        "inputs: [{id: a-b, type: STRING, defaults: x}]\n"
        f'tasks: [{{id: x-y, {LOG}}}, {{id: z, type: core.log.Log, message: "{message}"}}]'
    )
    assert problems(body) == ([("tasks[1].message", "dash-after-dot")] if is_refused else [])


@pytest.mark.parametrize(
    ("graph", "circle"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["a"]}, ["a", "a"]),
        ({"x": ["a"], "a": ["b"], "b": ["a"]}, ["a", "b", "a"]),
    ],
)
def test_circles(graph: dict[str, list[str]], circle: list[str]) -> None:
    assert find_circle(graph) == circle


def test_a_long_chain_does_not_recurse() -> None:
    graph = {str(number): [str(number + 1)] for number in range(20_000)}
    assert find_circle(graph) == []
