"""What expressions see."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.building import flow, sequence, task
from engine.driver import Driver, Outcome
from engine.telling import one_of, output
from tiercel.engine import Run, World, variables
from tiercel.engine.outputs import StoredOutputs
from tiercel.model.dialect import Dialect
from tiercel.model.execution import ExecutionTrigger, TaskRun
from tiercel.model.flow import Flow, FlowOutput, TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State


def showing(text: str, task_id: str = "t") -> TaskDefinition:
    return task(task_id, properties={"format": text}, is_inline=True)


def settled(ready: Flow, **start: object) -> Run:
    driver = Driver(world=World(envs={"home": "h"}, globals={"g": 1}, url="http://x"))
    run = driver.start(ready, **start)
    driver.settle()
    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ flow.id }} {{ flow.namespace }} {{ flow.revision }} {{ flow.tenantId }}", "f n 1 main"),
        ("{{ execution.state }} {{ execution.id == execution.originalId }}", "RUNNING true"),
        ("{{ task.id }} {{ taskrun.attemptsCount }} {{ taskrun.value ?? 'none' }}", "t 0 none"),
        ("{{ labels.a }} {{ labels.x.y }} {{ labels.system.correlationId is defined }}", "1 2 true"),
        ("{{ vars.v }} {{ inputs.i }} {{ trigger.k }}", "7 5 tv"),
        ("{{ envs.home }} {{ globals.g }} {{ kestra.url }}", "h 1 http://x"),
        ("{{ parent is defined }} {{ parents is defined }} {{ item is defined }}", "false true false"),
        ("{{ tasks.p.state }} {{ tasks.t.state }} {{ outputs.p.value }}", "SUCCESS CREATED pp"),
    ],
)
def test_root_names(text: str, expected: str) -> None:
    ready = flow(showing("pp", "p"), showing(text), variables={"v": 7}, labels=(("a", "1"), ("x.y", "2")))
    trigger = ExecutionTrigger(id="tr", type="any", variables={"k": "tv"})
    assert output(settled(ready, inputs={"i": 5}, trigger=trigger), "t") == expected


@pytest.mark.parametrize("name", ["inputs", "vars", "trigger", "item", "parent", "schedule", "nothing"])
def test_names_without_a_value_are_undefined(name: str) -> None:
    assert output(settled(flow(showing(f"{{{{ {name} is defined }}}}"))), "t") == "false"


@pytest.mark.parametrize(("dialect", "shown"), [(Dialect.V1_3, "a,l"), (Dialect.V2_0, "a,l,t")], ids=["1.3", "2.0"])
def test_tasks_without_outputs_are_there(dialect: Dialect, shown: str) -> None:
    run = settled(
        flow(showing("x", "a"), task("l", "Log"), showing("{{ outputs | keys | join(',') }}"), dialect=dialect)
    )
    assert output(run, "t") == shown


def test_in_2_0_every_flowable_is_a_parent_in_1_3_only_those_with_a_value() -> None:
    inner = sequence("s", showing("{{ parent.task.id ?? 'none' }}"))
    shown = [output(settled(flow(inner, dialect=dialect)), "t") for dialect in (Dialect.V1_3, Dialect.V2_0)]
    assert shown == ["none", "s"]


def test_the_end_date_is_there_after_the_end_in_2_0() -> None:
    text = "{{ execution.endDate is defined }} {{ execution.state }}"
    shown = [
        output(settled(flow(task("a"), after_execution=(showing(text),), dialect=dialect)), "t")
        for dialect in (Dialect.V1_3, Dialect.V2_0)
    ]
    assert shown == ["false SUCCESS", "true SUCCESS"]


def test_outputs_in_storage_are_read_when_they_are_named() -> None:
    run = settled(flow(showing("x", "a"), showing("y")))
    one = one_of(run, "a")
    read: list[str] = []

    def load(uri: str) -> dict[str, Json]:
        read.append(uri)
        return {"value": "big"}

    run.outputs.load = load
    one.outputs, one.outputs_uri = None, "kestra:///big"
    run.publish(one)
    seen = variables(run, None, World())["outputs"]
    assert isinstance(seen, dict)
    assert isinstance(seen["a"], StoredOutputs)
    assert not read
    assert (seen["a"]["value"], len(seen["a"]), list(seen["a"])) == ("big", 1, ["value"])
    assert read == ["kestra:///big"]


def test_variables_set_by_a_task_are_laid_over_those_of_the_flow() -> None:
    change = task("s", "SetVariables", properties={"variables": {"m": {"b": "2"}}})
    run = settled(flow(change, showing("{{ vars.m.a }}{{ vars.m.b }}"), variables={"m": {"a": 1}}))
    assert output(run, "t") == "12"
    assert run.plan.flow.variables == {"m": {"a": 1}}


def test_an_execution_has_only_labels_its_flow_may_give() -> None:
    run = settled(flow(task("a"), labels=(("x", "1"), ("system.readOnly", "true"))))
    assert run.execution.labels == [("x", "1"), ("system.correlationId", run.execution.id)]
    assert run.execution.state is State.SUCCESS


def test_encrypted_outputs_are_read_in_plain_and_stored_as_they_are() -> None:
    secret = {"type": "io.kestra.datatype:aes_encrypted", "value": "sealed"}
    driver = Driver(world=World(reveal=lambda value: "plain" if value == secret else value))

    def show(known: Driver, run: Run, task_run: TaskRun, _task: TaskDefinition) -> Outcome:
        outputs = known.context(run, task_run.id).variables["outputs"]
        assert isinstance(outputs, Mapping)
        return Outcome(outputs={"s": secret, "shown": outputs.get("a", {}).get("s")})

    driver.runner = show
    run = driver.start(flow(task("a"), task("b")))
    driver.settle()
    assert output(run, "a", "s") == secret
    assert output(run, "b", "shown") == "plain"


def test_a_secret_flow_output_needs_a_key() -> None:
    secret = (FlowOutput(id="o", type="SECRET", value="x"),)
    run = settled(flow(task("a"), dialect=Dialect.V2_0, outputs=secret))
    assert run.execution.state is State.FAILED


@pytest.mark.parametrize(("dialect", "expected"), [(Dialect.V1_3, '["k"]'), (Dialect.V2_0, '["_context","k"]')])
def test_a_trigger_of_2_0_has_a_context_of_its_own(dialect: Dialect, expected: str) -> None:
    trigger = ExecutionTrigger(id="tr", type="any", variables={"k": "tv"})
    ready = flow(task("t", properties={"format": "{{ trigger | keys }}"}), dialect=dialect)
    assert output(settled(ready, trigger=trigger), "t") == expected
