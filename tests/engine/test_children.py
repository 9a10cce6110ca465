"""Subflow, ForEachItem and WorkingDirectory: what is carried out elsewhere."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.building import PREFIX, fail, flow, sequence, task
from engine.driver import Driver, Outcome
from engine.telling import one_of, output, path, told
from tiercel.engine import Run
from tiercel.expressions import Context, Value
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.command import CloseDirectory, OpenDirectory, RunTask, StartChild
from tiercel.model.dialect import Dialect
from tiercel.model.event import KillRequested, RestartRequested, TaskRunStateRequested
from tiercel.model.flow import Flow, FlowOutput, TaskDefinition, TaskKind
from tiercel.model.json import Json
from tiercel.model.state import State


def child(*tasks: TaskDefinition, **fields: Json) -> Flow:
    return replace(flow(*tasks, **fields), id="child")


def parent(*after: TaskDefinition, dialect: Dialect = Dialect.V1_3, common: dict[str, Json] | None = None,
           **properties: Json) -> Flow:  # fmt: skip
    properties = {"namespace": "n", "flowId": "child", **properties}
    return flow(task("s", "Subflow", properties=properties, **(common or {})), *after, dialect=dialect)


def settled(ready: Flow, *others: Flow) -> tuple[Driver, Run]:
    driver = Driver(flows={f"{one.namespace}.{one.id}": one for one in others})
    run = driver.start(ready)
    driver.settle()
    return driver, run


def test_a_subflow_gives_inputs_and_takes_outputs() -> None:
    given = {"t": "{{ 1 + 1 }}", "m": {"k": "{{ 1 + 1 }}"}, "n": 5}
    outputs = (FlowOutput(id="o", type="JSON", value="{{ inputs }}"),)
    _, run = settled(parent(task("n"), inputs=given), child(task("c"), outputs=outputs))
    assert told(run) == ["s SUCCESS", "n SUCCESS"]
    assert output(run, "s", "outputs") == {"o": {"t": 2, "m": {"k": "2"}, "n": 5}}
    assert output(run, "s", "state") == "SUCCESS"


@pytest.mark.parametrize(
    ("properties", "common", "expected"),
    [
        ({}, {}, ["RUNNING", "FAILED"]),
        ({"transmitFailed": False}, {}, ["RUNNING", "FAILED", "SUCCESS"]),
        ({}, {"allow_failure": True}, ["RUNNING", "FAILED", "WARNING"]),
        ({"wait": False}, {}, ["RUNNING", "SUCCESS"]),
    ],
)
def test_how_a_failed_child_shows(properties: dict[str, Json], common: dict[str, Json], expected: list[str]) -> None:
    _, run = settled(parent(common=common, **properties), child(fail("c")))
    assert path(run, "s") == ["CREATED", *expected]


def test_a_child_that_cannot_be_started_fails_the_task_before_it_runs() -> None:
    _, run = settled(parent())
    assert path(run, "s") == ["CREATED", "FAILED"]
    assert [attempt.state for attempt in one_of(run, "s").attempts] == [State.FAILED]


@pytest.mark.parametrize(("dialect", "is_told"), [(Dialect.V1_3, True), (Dialect.V2_0, False)])
def test_a_child_without_its_outputs(dialect: Dialect, is_told: bool) -> None:
    bad = (FlowOutput(id="o", type="INT", value="zz"),)
    _, run = settled(parent(dialect=dialect), child(task("c"), dialect=dialect, outputs=bad))
    assert one_of(run, "s").state is State.FAILED
    assert (one_of(run, "s").outputs is not None) is is_told


def test_killing_a_parent_kills_the_child_it_waits_for() -> None:
    sleep = task("c", "Sleep", properties={"seconds": 20})
    driver = Driver(flows={"n.child": child(sleep)})
    run = driver.start(parent(task("n")))
    driver.settle(until=lambda: len(driver.runs) == 2)
    driver.send(run.execution.id, KillRequested(driver.now))
    driver.settle()
    assert [one.execution.state for one in driver.runs.values()] == [State.KILLED] * 2
    assert told(run) == ["s KILLED"]


def test_a_killed_child_does_not_stop_the_parent() -> None:
    leave = task("c", "Exit", properties={"state": "KILLED"})
    _, run = settled(parent(task("n")), child(leave))
    assert told(run) == ["s KILLED", "n SUCCESS"]
    assert run.execution.state is State.KILLED


@pytest.mark.parametrize(("behavior", "executions"), [("RETRY_FAILED", 2), ("NEW_EXECUTION", 3)])
def test_a_restart_restarts_the_child_or_starts_another(behavior: str, executions: int) -> None:
    condition = {"condition": "{{ (labels.system.restarted ?? 'no') == 'no' }}"}
    driver, run = settled(parent(restartBehavior=behavior), child(fail("c", properties=condition)))
    driver.send(run.execution.id, RestartRequested(driver.now))
    driver.settle()
    assert told(run) == ["s SUCCESS"]
    assert len(driver.runs) == executions


class Splits(Driver):
    """Reads a list of batches where a template asks for one."""

    def context(self, run: Run, task_run_id: str | None) -> Context:
        context = super().context(run, task_run_id)
        context.host = _Reading()
        return context


class _Reading:
    def now(self) -> ZonedDateTime:
        raise AssertionError("no template here asks for the time")

    def random_bytes(self, count: int) -> bytes:
        return bytes(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:
        assert name == "read"
        return "kestra:///0\nkestra:///1\nkestra:///2\n"


def test_a_for_each_item_starts_an_execution_for_each_batch() -> None:
    split = task("fi_split", "OutputValues", properties={"values": "x"})
    properties = {"namespace": "n", "flowId": "child", "inputs": {"u": "{{ taskrun.items }} {{ taskrun.iteration }}"}}
    items = TaskDefinition(
        id="fi_items",
        type=f"{PREFIX}any.Items",
        declared_type="",
        kind=TaskKind.EXECUTABLE,
        control="foreach_item_items",
        properties=properties,
    )
    ready = flow(sequence("fi", split, items, task("fi_merge"), kind="Sequential"))
    driver = Splits(flows={"n.child": child(task("c"))})
    driver.runner = lambda *_: Outcome(outputs={"splits": "kestra:///splits"})
    run = driver.start(ready)
    driver.settle()
    assert told(run) == ["fi SUCCESS", "fi_split SUCCESS", "fi_items SUCCESS", "fi_merge SUCCESS"]
    assert output(run, "fi_items", "numberOfBatches") == 3
    assert output(run, "fi_items", "iterations") == {"CREATED": 0, "RUNNING": 0, "SUCCESS": 3}
    started = [one for _, one in driver.commands if isinstance(one, StartChild)]
    assert [one.inputs["u"] for one in started] == ["kestra:///0 0", "kestra:///1 1", "kestra:///2 2"]


def test_a_working_directory_opens_before_and_closes_after_its_tasks() -> None:
    wd = sequence("wd", task("a"), task("b"), kind="WorkingDirectory", branches={"finally": [task("f")]})
    driver, run = settled(flow(wd, task("n")))
    assert told(run) == ["wd SUCCESS", "a SUCCESS", "b SUCCESS", "f SUCCESS", "n SUCCESS"]
    kinds = [
        type(one).__name__ for _, one in driver.commands if isinstance(one, (OpenDirectory, RunTask, CloseDirectory))
    ]
    assert kinds == ["OpenDirectory", "RunTask", "RunTask", "RunTask", "CloseDirectory", "RunTask"]
    shared = [one.directory_id for _, one in driver.commands if isinstance(one, RunTask)]
    assert shared == [one_of(run, "wd").id] * 3 + [None]


def test_a_working_directory_stops_at_the_first_failure() -> None:
    wd = sequence("wd", fail("a"), task("b"), kind="WorkingDirectory", allow_failure=True)
    driver, run = settled(flow(wd))
    assert told(run) == ["wd WARNING", "a FAILED"]
    assert [one.state for _, one in driver.commands if isinstance(one, CloseDirectory)] == [State.FAILED]


def test_a_first_run_if_that_cannot_be_rendered_fails_a_working_directory_before_it_opens() -> None:
    wd = sequence("wd", task("a", run_if="{{ nope.nope }}"), kind="WorkingDirectory")
    driver, run = settled(flow(wd))
    assert (told(run), path(run, "wd")) == (["wd FAILED"], ["CREATED", "FAILED"])
    assert not [one for _, one in driver.commands if isinstance(one, OpenDirectory)]


@pytest.mark.parametrize(("text", "state"), [("{{ outputs.c.value }}!", "SUCCESS"), ("{{ nope.nope }}", "FAILED")])
def test_a_subflow_of_1_x_may_ask_for_outputs_itself(text: str, state: str) -> None:
    asked = {"o": text}
    driver, run = settled(parent(outputs=asked), child(task("c", properties={"format": "x"})))
    assert told(run) == [f"s {state}"]
    assert [one.execution.state for one in driver.runs.values()][1] is State.SUCCESS
    assert output(run, "s", "outputs") == ({"o": "x!"} if state == "SUCCESS" else None)


def test_a_child_made_to_succeed_by_hand_lets_its_parent_go_on() -> None:
    driver, run = settled(parent(task("n")), child(fail("c"), task("d")))
    assert told(run) == ["s FAILED"]
    below = next(one for one in driver.runs.values() if one is not run)
    driver.send(below.execution.id, TaskRunStateRequested(driver.now, one_of(below, "c").id, State.SUCCESS))
    driver.settle()
    assert told(below) == ["c SUCCESS", "d SUCCESS"]
    assert told(run) == ["s SUCCESS", "n SUCCESS"]
    assert output(run, "s", "state") == "SUCCESS"
    assert run.execution.is_over
