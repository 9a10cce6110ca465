from __future__ import annotations

from typing import Any

import pytest

from tasks.conftest import Run
from tiercel.errors import ExpressionError, InvalidError
from tiercel.model.dialect import Dialect
from tiercel.model.event import Effects
from tiercel.model.state import State
from tiercel.plugins import TaskError
from tiercel.plugins.plan import plan_properties
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost

EXECUTION = "kestra:///company/team/demo/executions/execution1"
PURGED = f"{EXECUTION}/tasks/t/a.txt"


def effects(host: MemoryHost, registry: Registry, name: str, **properties: Any) -> Effects | None:
    plugin = registry.get_task(f"io.kestra.plugin.core.{name}")
    ctx = host.run_context(plugin)
    plan_properties(plugin, properties, host.dialect).render(host.context()).run(ctx)
    return ctx.effects


@pytest.mark.parametrize(
    ("properties", "logs"),
    [
        ({"message": "one {{ flow.id }}"}, [("INFO", "one demo")]),
        ({"message": ["one", "{{ 1 + 1 }}"], "level": "WARN"}, [("WARN", "one"), ("WARN", "2")]),
        ({"message": "{{ [1, 2] }}"}, [("INFO", "[1,2]")]),
        ({"message": ""}, [("INFO", "")]),
        ({"message": "100 %s"}, [("INFO", "100 %s")]),
    ],
)
def test_log(run: Run, host: MemoryHost, properties: dict[str, Any], logs: list[tuple[str, str]]) -> None:
    assert run("log.Log", **properties) is None
    assert host.logs == logs


def test_log_refuses_what_is_no_message(run: Run) -> None:
    with pytest.raises(InvalidError, match="message: a map is not expected here"):
        run("log.Log", message={"a": 1})
    with pytest.raises(InvalidError, match="level"):
        run("log.Log", message="x", level="LOUD")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("{{ flow.id }}!", "demo!"), (5, "5"), (True, "true"), ("", ""), ("{{ null }}", ""), ([1, 2], "[1,2]")],
)
def test_return_logs_its_text_and_gives_it(run: Run, host: MemoryHost, written: Any, expected: str) -> None:
    assert run("debug.Return", format=written) == {"value": expected}
    assert host.logs == [("DEBUG", expected)]
    assert [(kind, name) for kind, name, _, _ in host.metrics] == [("counter", "length"), ("timer", "duration")]


def test_return_of_nothing_is_nothing(run: Run, host: MemoryHost) -> None:
    assert run("debug.Return") == {}
    assert host.logs == []


def test_echo(run: Run, host: MemoryHost) -> None:
    run("debug.Echo", format="{{ 1 }}", level="ERROR")
    assert host.logs == [("ERROR", "1")]


def test_output_values_are_text_in_their_structure(run: Run) -> None:
    values = {"i": 1, "b": True, "e": "{{ 1 + 1 }}", "l": [1, "{{ 2 }}", {"k": "{{ 3 }}"}], "n": None, "j": "[1]"}
    assert run("output.OutputValues", values=values) == {
        "values": {"i": 1, "b": True, "e": "2", "l": [1, "2", {"k": "3"}], "j": "[1]"}
    }
    assert run("output.OutputValues", values='{{ {"a": 1} }}') == {"values": {"a": 1}}


def test_fail(run: Run, host: MemoryHost) -> None:
    with pytest.raises(TaskError, match=r"^Task failure$"):
        run("execution.Fail")
    with pytest.raises(TaskError, match=r"^msg demo$"):
        run("execution.Fail", errorMessage="msg {{ flow.id }}")
    assert host.logs == []


@pytest.mark.parametrize("condition", ["{{ true }}", "zz", "FALSE", "0.0", "[]"])
def test_fail_on_a_condition_logs_its_message(run: Run, host: MemoryHost, condition: str) -> None:
    with pytest.raises(TaskError, match="Fail on a condition"):
        run("execution.Fail", condition=condition, errorMessage="why")
    assert host.logs == [("ERROR", "why")]


@pytest.mark.parametrize("condition", ["{{ false }}", "", " ", "0", "-0", "false"])
def test_fail_passes_when_its_condition_does_not_hold(run: Run, condition: str) -> None:
    assert run("execution.Fail", condition=condition) is None


def test_assert_tells_every_condition_that_does_not_hold(run: Run, host: MemoryHost) -> None:
    conditions = ["{{ 1 == 1 }}", "{{ 1 == 2 }}", "{{ nope }}", "0"]
    with pytest.raises(TaskError, match=r"^3 assertions failed!\nsee above$"):
        run("execution.Assert", conditions=conditions, errorMessage="see above")
    assert [message.partition("!")[0].partition(",")[0] for _, message in host.logs] == [
        "Assertion `{{ 1 == 2 }}` failed",
        "Assertion `{{ nope }}` failed",
        "Assertion `0` failed",
    ]
    assert host.metrics == [("counter", "success", 1.0, {}), ("counter", "failed", 3.0, {})]


def test_assert_passes_when_all_hold(run: Run) -> None:
    assert run("execution.Assert", conditions=["{{ 1 == 1 }}", "1"]) is None
    assert run("execution.Assert", conditions=[]) is None
    with pytest.raises(TaskError, match=r"^1 assertion failed!$"):
        run("execution.Assert", conditions=["0"])


@pytest.mark.parametrize(
    ("state", "expected"),
    [(None, State.SUCCESS), ("WARNING", State.WARNING), ("CANCELED", State.CANCELLED), ("KILLED", State.KILLED)],
)
def test_exit(host: MemoryHost, registry: Registry, state: str | None, expected: State) -> None:
    assert effects(host, registry, "execution.Exit", state=state) == Effects(exit_state=expected)


def test_2_0_knows_one_spelling_of_cancelled(host: MemoryHost, registry: Registry) -> None:
    host.dialect = Dialect.V2_0
    assert effects(host, registry, "execution.Exit", state="CANCELLED") == Effects(exit_state=State.CANCELLED)
    with pytest.raises(TaskError, match="spelled CANCELLED"):
        effects(host, registry, "execution.Exit", state="CANCELED")


def test_exit_refuses_states_nothing_ends_in(run: Run) -> None:
    with pytest.raises(InvalidError, match="state"):
        run("execution.Exit", state="RUNNING")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"b": "x", "a": "{{ flow.id }}"}, [("a", "demo"), ("b", "x")]),
        ([{"key": "b", "value": "x"}, {"key": "b", "value": "y"}], [("b", "y")]),
        ('{"j": "k"}', [("j", "k")]),
        ('{{ {"u": "v"} }}', [("u", "v")]),
    ],
)
def test_labels(host: MemoryHost, registry: Registry, labels: Any, expected: list[tuple[str, str]]) -> None:
    assert effects(host, registry, "execution.Labels", labels=labels) == Effects(labels=expected)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"system.x": "y"}, "System labels can only be set by Tiercel itself, offending label: system.x=y"),
        ({"a": ""}, "Label values cannot be empty, offending label: a"),
        ({"a": 1}, "offending label: a=1"),
        ("nojson", "not a JSON map"),
        ('[{"key": "a", "value": "b"}]', "not a JSON map"),
        (["a"], "no map of key and value"),
    ],
)
def test_labels_refused(run: Run, labels: Any, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        run("execution.Labels", labels=labels)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_label_that_renders_to_nothing_is_refused(run: Run, host: MemoryHost, dialect: Dialect) -> None:
    host.dialect = dialect
    with pytest.raises(TaskError, match="cannot be empty"):
        run("execution.Labels", labels={"x": "{{ null }}"})


def test_2_0_writes_values_of_labels_as_text(host: MemoryHost, registry: Registry) -> None:
    host.dialect = Dialect.V2_0
    labels = {"a": 1, "b": True, "c": {"d": [1]}}
    expected = [("a", "1"), ("b", "true"), ("c", '{"d":[1]}')]
    assert effects(host, registry, "execution.Labels", labels=labels) == Effects(labels=expected)


def test_set_variables(host: MemoryHost, registry: Registry) -> None:
    found = effects(host, registry, "execution.SetVariables", variables={"v": "{{ flow.id }}", "l": [1, "{{ 2 }}"]})
    assert found == Effects(set_variables={"v": "demo", "l": [1, "2"]})


def test_set_variables_may_refuse_to_overwrite(host: MemoryHost, registry: Registry) -> None:
    host.variables["vars"] = {"z": 1, "a": 1}
    with pytest.raises(TaskError, match="following variables already exist: a, z"):
        effects(host, registry, "execution.SetVariables", variables={"z": 2, "n": 1, "a": 2}, overwrite=False)
    assert effects(host, registry, "execution.SetVariables", variables={"n": 1}, overwrite=False) is not None
    del host.variables["vars"]
    assert effects(host, registry, "execution.SetVariables", variables={"z": 1}, overwrite=False) is not None


def test_unset_variables(host: MemoryHost, registry: Registry) -> None:
    host.variables["vars"] = {"a": {"b": 1}, "c": 1}
    assert effects(host, registry, "execution.UnsetVariables", variables=["a.b", "c"]) == Effects(
        unset_variables=["a.b", "c"]
    )
    assert effects(host, registry, "execution.UnsetVariables", variables=["nope"]) is not None
    host.dialect = Dialect.V2_0
    with pytest.raises(TaskError, match="Variable 'zz' not found"):
        effects(host, registry, "execution.UnsetVariables", variables=["c", "a.zz"])
    assert effects(host, registry, "execution.UnsetVariables", variables=["nope"], ignoreMissing=True) is not None


def test_metrics(run: Run, host: MemoryHost) -> None:
    metrics = [
        {"type": "counter", "name": "c", "value": 2, "tags": {"a": "{{ flow.id }}"}},
        {"type": "timer", "name": "t", "value": "PT1.5S"},
        {"type": "timer", "name": "s", "value": 5},
        {"type": "gauge", "name": "g", "value": "{{ 5 }}"},
    ]
    run("metric.Publish", metrics=metrics)
    assert host.metrics == [
        ("counter", "c", 2.0, {"a": "demo"}),
        ("timer", "t", 1.5, {}),
        ("timer", "s", 5.0, {}),
        ("gauge", "g", 5.0, {}),
    ]
    run("metric.Publish", metrics='[{"type": "counter", "name": "j", "value": 1}]')
    assert host.metrics[-1] == ("counter", "j", 1.0, {})


@pytest.mark.parametrize(
    "metric",
    [
        {"type": "wrong", "name": "c", "value": 2},
        {"type": "counter", "value": 2},
        {"type": "counter", "name": "c", "value": "abc"},
        {"type": "timer", "name": "c", "value": "abc"},
    ],
)
def test_metrics_refused(run: Run, metric: dict[str, Any]) -> None:
    with pytest.raises((InvalidError, TaskError)):
        run("metric.Publish", metrics=[metric])


def test_sleep_waits_for_its_duration(run: Run, host: MemoryHost) -> None:
    run("flow.Sleep", duration="PT{{ 2 }}S")
    assert host.calls == [("wait", {"seconds": 2.0})]
    assert host.logs == [("INFO", "Waiting for PT2S")]


def test_templated_tasks_are_handed_to_the_platform(run: Run, host: MemoryHost) -> None:
    host.answers["tasks.run"] = {"value": "x"}
    assert run("templating.TemplatedTask", spec="type: {{ flow.id }}") == {"value": "x"}
    assert host.calls == [("tasks.run", {"spec": "type: demo"})]


def test_a_log_is_written_to_a_file(run: Run, host: MemoryHost) -> None:
    host.pages = [{"items": [{"level": "INFO", "message": "a"}], "next": "p2"}, {"items": [{"message": "b"}]}]
    outputs = run("log.Fetch", level="WARN", tasksId=["t"])
    assert outputs["size"] == 2
    assert host.files[outputs["uri"]] == b'{level:"INFO",message:"a"}\n{message:"b"}\n'
    first, second = (arguments for operation, arguments in host.calls if operation == "logs.list")
    assert (first["level"], first["task_ids"], first["execution_id"]) == ("WARN", ["t"], "execution1")
    assert (first["after"], second["after"]) == (None, "p2")


def test_counts_are_chosen_by_an_expression(run: Run, host: MemoryHost) -> None:
    host.answers["executions.count"] = [
        {"namespace": "a", "flowId": "f", "count": 0},
        {"namespace": "a", "flowId": "g", "count": 3},
    ]
    outputs = run(
        "execution.Count",
        flows=[{"namespace": "a", "flowId": "f"}],
        startDate="2026-01-01T00:00:00Z",
        expression="{{ count > 0 }}",
    )
    assert outputs == {"results": [{"namespace": "a", "flowId": "g", "count": 3}], "total": 3}
    with pytest.raises(TaskError, match="`flows` and `namespaces`"):
        run("execution.Count", startDate="x", expression="{{ true }}")


@pytest.mark.parametrize(("dialect", "has_outputs"), [(Dialect.V1_3, False), (Dialect.V2_0, True)])
def test_purges_count_what_their_version_counts(
    run: Run, host: MemoryHost, dialect: Dialect, *, has_outputs: bool
) -> None:
    host.dialect = dialect
    host.answers["executions.purge"] = {
        "executionsCount": 1,
        "logsCount": 2,
        "storagesCount": 3,
        "metricsCount": 4,
        "taskOutputsCount": 5,
        "executionOutputsCount": 6,
    }
    host.answers["logs.purge"] = {"executionLogsCount": 2, "nonExecutionLogsCount": 1}
    executions = run("execution.PurgeExecutions", endDate="{{ now() }}", states=["SUCCESS"])
    logs = run("log.PurgeLogs", endDate="x", logLevels=["DEBUG"])
    assert (executions["executionsCount"], logs["count"]) == (1, 3)
    assert ("taskOutputsCount" in executions, "executionLogsCount" in logs) == (has_outputs, has_outputs)
    assert host.calls[0][1]["states"] == ["SUCCESS"]
    assert host.calls[1][1]["levels"] == ["DEBUG"]


def test_what_the_platform_does_is_asked_for_with_defaults(run: Run, host: MemoryHost) -> None:
    host.answers.update({"executions.resume": None, "triggers.toggle": None, "storage.purge_execution": [PURGED]})
    run("execution.Resume", inputs={"a": "{{ 1 }}"})
    run("trigger.Toggle", trigger="nightly")
    assert run("storage.PurgeCurrentExecutionFiles") == {
        "uris": [f"{EXECUTION}", f"{EXECUTION}/tasks", f"{EXECUTION}/tasks/t", PURGED]
    }
    resume, toggle = host.calls[0][1], host.calls[1][1]
    assert (resume["execution_id"], resume["inputs"]) == ("execution1", {"a": "1"})
    assert toggle == {"namespace": "company.team", "flow_id": "demo", "trigger_id": "nightly", "is_enabled": False}


def test_merged_outputs_are_rows_of_one_file(host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs")
    host.answers["executions.child_outputs"] = [{"a": 1}, {}, {"a": 2}]
    outputs = host.run(plugin)
    assert host.files[outputs["subflowOutputs"]] == b"{a:1}\n{a:2}\n"
    host.answers["executions.child_outputs"] = []
    assert host.run(plugin) == {}


def test_a_file_is_split_line_by_line_by_default(host: MemoryHost, registry: Registry) -> None:
    plugin = registry.get_task("io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit")
    uri = host.put("in.txt", b"a\nb\nc\n")
    for batch, expected in [(None, [b"a\n", b"b\n", b"c\n"]), ({"rows": "{{ 2 }}"}, [b"a\nb\n", b"c\n"])]:
        splits = host.run(plugin, {"items": uri, "batch": batch})["splits"]
        assert [host.files[piece] for piece in host.files[splits].decode().split()] == expected


def test_an_undefined_variable_fails_the_task(run: Run) -> None:
    with pytest.raises(ExpressionError, match="nope"):
        run("output.OutputValues", values={"i": "{{ nope }}"})
