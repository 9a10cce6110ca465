"""ForEach, EachSequential, EachParallel and Loop."""

from __future__ import annotations

import pytest

from engine.building import fail, flow, sequence, task
from engine.driver import Driver
from engine.telling import history, one_of, output, path, told
from tiercel.engine import Run
from tiercel.engine.flowables.pace import SLICE
from tiercel.model.command import CreateExecution, StoreOutputs
from tiercel.model.dialect import Dialect
from tiercel.model.event import KillRequested, OutputsStored
from tiercel.model.execution import ExecutionKind
from tiercel.model.flow import Flow, FlowOutput, TaskDefinition
from tiercel.model.state import State


def started(ready: Flow) -> tuple[Driver, Run]:
    driver = Driver()
    run = driver.start(ready)
    driver.settle()
    assert run.execution.is_over
    return driver, run


def returning(task_id: str, text: str) -> TaskDefinition:
    return task(task_id, properties={"format": text}, is_inline=True)


def each(values: object, *tasks: TaskDefinition, kind: str = "ForEach", **properties: object) -> TaskDefinition:
    name = "value" if kind.startswith("Each") else "values"
    return sequence("fe", *tasks, kind=kind, properties={name: values, **properties})


def test_values_come_once_each_one_group_after_another() -> None:
    first = returning("r", "{{ taskrun.value }}-{{ taskrun.iteration }}")
    second = returning("q", "{{ outputs.r[taskrun.value].value }}!")
    _, run = started(flow(each(["a", "b", "a", 3], first, second), returning("n", "{{ outputs.r | keys }}")))
    assert told(run) == [
        "fe SUCCESS", "r[a] SUCCESS", "q[a] SUCCESS", "r[b] SUCCESS", "q[b] SUCCESS", "r[3] SUCCESS", "q[3] SUCCESS",
        "n SUCCESS",
    ]  # fmt: skip
    assert output(run, "q") == "3-2!"


def test_groups_run_side_by_side_up_to_the_limit() -> None:
    _, run = started(flow(each(["a", "b", "c"], returning("r", "1"), returning("q", "2"), concurrencyLimit=2)))
    order = [line.split()[0] for line in told(run)[1:]]
    assert order == ["r[a]", "r[b]", "q[a]", "q[b]", "r[c]", "q[c]"]


def test_after_a_failure_no_group_goes_on() -> None:
    bad = fail("r", is_inline=True, properties={"condition": "{{ taskrun.value == 'b' }}"})
    _, run = started(flow(each(["a", "b", "c"], bad, returning("q", "2"), concurrencyLimit=0)))
    assert told(run) == ["fe FAILED", "r[a] SUCCESS", "r[b] FAILED", "r[c] SUCCESS"]


@pytest.mark.parametrize("values", ["abc", "{{ nope }}", '{"a": 1}', '["a", null]', [True], [1.5]])
def test_what_is_no_list_of_values_fails(values: object) -> None:
    _, run = started(flow(each(values, returning("r", "1"))))
    assert told(run) == ["fe FAILED"]
    assert path(run, "fe") == ["CREATED", "RUNNING", "FAILED"]


@pytest.mark.parametrize(
    ("values", "told_values", "numbers"),
    [
        ('["a", null]', '["a",null]', "2"),
        ([None, "a", None], '[null,"a",null]', "1, 3"),
        ([None] * 12, f"[{','.join(['null'] * 12)}]", "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ..."),
    ],
)
def test_null_values_are_told_by_number(values: object, told_values: str, numbers: str) -> None:
    driver, _ = started(flow(each(values, returning("r", "1"))))
    ((_, _, level, message),) = driver.logs
    found = f"Found '{told_values.count('null')}' null values on Each, with values={told_values}"
    remedy = "take it out of values, or give it a value"
    assert (level, message) == ("ERROR", f"{found}; number {numbers} of the list: {remedy}")


@pytest.mark.parametrize("values", ["{{ ['x', 'y'] }}", '["x", "y"]', ["{{ 'x' }}", "y"]])
def test_values_may_be_rendered(values: object) -> None:
    _, run = started(flow(each(values, returning("r", "1"))))
    assert told(run) == ["fe SUCCESS", "r[x] SUCCESS", "r[y] SUCCESS"]


def test_maps_become_their_json() -> None:
    _, run = started(flow(each([{"k": 1}], returning("r", "{{ fromJson(taskrun.value).k }}"))))
    assert output(run, "r") == "1"


def test_no_values_is_a_success() -> None:
    _, run = started(flow(each([], returning("r", "1"))))
    assert told(run) == ["fe SUCCESS"]


def test_each_parallel_creates_every_pair_at_once() -> None:
    _, run = started(flow(each(["a", "b"], returning("r", "1"), fail("q"), kind="EachParallel")))
    assert [line.split()[0] for line in told(run)[1:]] == ["r[a]", "q[a]", "r[b]", "q[b]"]


def test_each_sequential_takes_one_value_after_another() -> None:
    _, run = started(flow(each(["a", "b"], returning("r", "1"), kind="EachSequential")))
    assert told(run) == ["fe SUCCESS", "r[a] SUCCESS", "r[b] SUCCESS"]


def test_values_nest() -> None:
    inner = sequence("in", returning("r", "{{ parent.taskrun.value }}{{ taskrun.value }}"), kind="ForEach",
                     properties={"values": ["1", "2"]})  # fmt: skip
    _, run = started(flow(each(["a", "b"], inner), returning("n", "{{ outputs.r.b['2'].value }}")))
    assert output(run, "n") == "b2"


def loop(values: object, *tasks: TaskDefinition, **properties: object) -> TaskDefinition:
    return sequence("lp", *tasks, kind="Loop", properties={"values": values, **properties})


def test_an_iteration_of_a_loop_is_an_execution_of_its_own() -> None:
    declared = [{"id": "o", "type": "STRING", "value": "{{ outputs.r.value }}"}]
    text = "{{ outputs.pre.value }}{{ item.value }}{{ item.index }}{{ execution.state }}"
    lp = loop(["a", "b"], returning("r", text), outputs=declared)
    driver, run = started(flow(returning("pre", "p"), lp, dialect=Dialect.V2_0))
    assert told(run) == ["pre SUCCESS", "lp SUCCESS"]
    assert one_of(run, "lp").outputs == {
        "iterationCount": 2,
        "runningIterations": 0,
        "terminatedIterations": {"SUCCESS": 2},
        "outputs": [
            {"item": {"value": "a", "iteration": 0}, "outputs": {"o": "pa0RUNNING"}},
            {"item": {"value": "b", "iteration": 1}, "outputs": {"o": "pb1RUNNING"}},
        ],
    }
    children = [one for one in driver.runs.values() if one is not run]
    assert [one.execution.kind for one in children] == [ExecutionKind.LOOP] * 2
    assert [told(one) for one in children] == [["r SUCCESS"]] * 2


def stored_loop(*tasks: TaskDefinition, **properties: object) -> TaskDefinition:
    declared = [{"id": "o", "type": "STRING", "value": "x{{ item.value }}"}]
    return loop(["a", "b"], *tasks, outputs=declared, fetchType="STORE", **properties)


def until_storing(driver: Driver) -> None:
    while not any(isinstance(one, StoreOutputs) for _, one in driver.commands):
        driver.settle(limit=1, may_stop=True)


@pytest.mark.parametrize("reloads", [False, True])
def test_a_loop_that_stores_shows_the_files_of_its_iterations(reloads: bool) -> None:
    driver = Driver(reloads=reloads)
    started_run = driver.start(flow(stored_loop(returning("r", "1")), dialect=Dialect.V2_0))
    driver.settle()
    run, *iterations = (driver.runs[one] for one in driver.runs)
    assert run.execution.id == started_run.execution.id
    assert told(run) == ["lp SUCCESS"]
    first, second = (one.execution.id for one in iterations)
    assert driver.files == {first: {"o": "xa"}, second: {"o": "xb"}}
    assert output(run, "lp", "outputs") == [
        {"item": {"value": "a", "iteration": 0}, "outputs": {"uri": f"kestra:///{first}/outputs.ion"}},
        {"item": {"value": "b", "iteration": 1}, "outputs": {"uri": f"kestra:///{second}/outputs.ion"}},
    ]


def test_an_iteration_ends_only_when_its_file_is_there() -> None:
    driver = Driver()
    run = driver.start(flow(stored_loop(returning("r", "1")), dialect=Dialect.V2_0))
    until_storing(driver)
    (iteration,) = (one for one in driver.runs.values() if one is not run)
    assert history(iteration)[-1] == "RUNNING"
    driver.settle()
    assert iteration.execution.state is State.SUCCESS
    assert told(run) == ["lp SUCCESS"]


@pytest.mark.parametrize("fetch_type", ["AUTO", "FETCH", None])
def test_a_loop_that_does_not_store_keeps_values(fetch_type: str | None) -> None:
    declared = [{"id": "o", "type": "STRING", "value": "1" * 100_000}]
    properties = {"fetchType": fetch_type} if fetch_type else {}
    driver, run = started(flow(loop(["a"], returning("r", "1"), outputs=declared, **properties), dialect=Dialect.V2_0))
    listed = output(run, "lp", "outputs")
    assert isinstance(listed, list)
    assert [one["outputs"] for one in listed] == [{"o": "1" * 100_000}]
    assert driver.files == {}


def test_without_declared_outputs_nothing_is_stored() -> None:
    driver, run = started(flow(loop(["a"], returning("r", "1"), fetchType="STORE"), dialect=Dialect.V2_0))
    assert "outputs" not in (one_of(run, "lp").outputs or {})
    assert driver.files == {}


def test_a_failed_iteration_stores_what_it_gave_too() -> None:
    driver, run = started(flow(stored_loop(fail("r"), transmitFailed=False), dialect=Dialect.V2_0))
    assert output(run, "lp", "terminatedIterations") == {"FAILED": 2}
    assert list(driver.files.values()) == [{"o": "xa"}, {"o": "xb"}]


def test_outputs_that_cannot_be_stored_fail_their_iteration() -> None:
    driver = Driver(storage_error="the disk is full")
    run = driver.start(flow(stored_loop(returning("r", "1")), dialect=Dialect.V2_0))
    driver.settle()
    assert told(run) == ["lp FAILED"]
    assert "Cannot store the outputs: the disk is full" in [line[3] for line in driver.logs]


def test_a_failed_iteration_whose_outputs_cannot_be_stored_stays_failed() -> None:
    driver = Driver(storage_error="the disk is full")
    run = driver.start(flow(stored_loop(fail("r"), transmitFailed=False), dialect=Dialect.V2_0))
    driver.settle()
    assert told(run) == ["lp SUCCESS"]
    assert output(run, "lp", "terminatedIterations") == {"FAILED": 2}


@pytest.mark.parametrize("error", [None, "the disk is full"])
def test_an_iteration_killed_while_it_stores_ends_killed(error: str | None) -> None:
    driver = Driver(storage_error=error)
    run = driver.start(flow(stored_loop(returning("r", "1")), dialect=Dialect.V2_0))
    until_storing(driver)
    iteration = next(one for one in driver.runs if one != run.execution.id)
    for execution_id in (run.execution.id, iteration):
        driver.send(execution_id, KillRequested(driver.now))
        driver.kill_first()
    driver.settle()
    assert driver.runs[iteration].execution.state is State.KILLED
    assert run.execution.state is State.KILLED
    assert all(one.execution.is_over for one in driver.runs.values())


def test_a_late_answer_changes_nothing() -> None:
    driver, run = started(flow(stored_loop(returning("r", "1")), dialect=Dialect.V2_0))
    before = len(driver.commands)
    iteration = next(one for one in driver.runs if one != run.execution.id)
    driver.send(iteration, OutputsStored(driver.now, "kestra:///late"))
    driver.settle()
    assert len(driver.commands) == before


def test_a_failed_iteration_stops_further_ones() -> None:
    bad = fail("r", properties={"condition": "{{ item.value == 'b' }}"})
    driver, run = started(flow(loop(["a", "b", "c"], bad), dialect=Dialect.V2_0))
    assert told(run) == ["lp FAILED"]
    assert output(run, "lp", "terminatedIterations") == {"SUCCESS": 1, "FAILED": 1}
    assert len(driver.runs) == 3


def test_failures_that_are_not_transmitted_stop_nothing() -> None:
    lp = loop(["a", "b"], fail("r"), transmitFailed=False)
    _, run = started(flow(lp, dialect=Dialect.V2_0))
    assert told(run) == ["lp SUCCESS"]
    assert output(run, "lp", "terminatedIterations") == {"FAILED": 2}


def test_lists_of_a_loop_run_inside_each_iteration() -> None:
    lp = sequence("lp", fail("r"), kind="Loop", properties={"values": ["a"]},
                  branches={"errors": [task("le")], "finally": [task("lf")]})  # fmt: skip
    driver, _ = started(flow(lp, dialect=Dialect.V2_0, errors=(task("e"),)))
    assert told(list(driver.runs.values())[1]) == ["r FAILED", "le SUCCESS", "lf SUCCESS"]


def test_a_loop_over_a_map_has_keys_and_a_nested_one_parents() -> None:
    inner = sequence("in", returning("r", "{{ item.parent.key }}={{ item.parent.value }}{{ item.value }}"), kind="Loop",
                     properties={"values": ["x"]})  # fmt: skip
    driver, _ = started(flow(loop({"k": 1}, inner), dialect=Dialect.V2_0))
    assert output(list(driver.runs.values())[-1], "r") == "k=1x"


@pytest.mark.parametrize("values", [[None], [True], [[1]], "abc", '{"a": 1}'])
def test_values_a_loop_cannot_take_fail_it_before_it_runs(values: object) -> None:
    driver, run = started(flow(loop(values, returning("r", "1")), dialect=Dialect.V2_0))
    assert path(run, "lp") == ["CREATED", "FAILED"]
    assert len(driver.runs) == 1


def test_a_loop_of_nothing_succeeds_without_an_attempt() -> None:
    _, run = started(flow(loop([], returning("r", "1")), dialect=Dialect.V2_0))
    assert path(run, "lp") == ["CREATED", "SUCCESS"]
    assert one_of(run, "lp").attempts == []


def test_a_loop_that_is_skipped_starts_nothing() -> None:
    lp = sequence("lp", returning("r", "1"), kind="Loop", properties={"values": ["a"]}, run_if="false")
    driver, run = started(flow(lp, dialect=Dialect.V2_0))
    assert told(run) == ["lp SKIPPED"]
    assert not [one for _, one in driver.commands if isinstance(one, CreateExecution)]


def test_many_values_are_opened_in_slices_and_all_run() -> None:
    values = [str(number) for number in range(1700)]
    driver, run = started(flow(each(values, returning("r", "1"), concurrencyLimit=0)))
    assert one_of(run, "fe").state is State.SUCCESS
    assert len(run.task_runs) == len(values) + 1
    largest = max(sum(1 for one in commands) for commands in _by_decision(driver).values())
    assert largest <= SLICE + 2


def _by_decision(driver: Driver) -> dict[int, list[object]]:
    found: dict[int, list[object]] = {}
    for decided_at, command in driver.decided:
        found.setdefault(decided_at, []).append(command)
    return found


def test_flow_outputs_see_what_the_loop_gave() -> None:
    declared = [{"id": "o", "type": "STRING", "value": "{{ item.value }}"}]
    outputs = (FlowOutput(id="all", type="STRING", value="{{ outputs.lp.outputs[1].outputs.o }}"),)
    _, run = started(
        flow(loop(["a", "b"], returning("r", "1"), outputs=declared), dialect=Dialect.V2_0, outputs=outputs)
    )
    assert run.execution.outputs == {"all": "b"}


@pytest.mark.parametrize(("limit", "begun"), [(1, 2), (2, 2)])
def test_a_loop_is_broken_off_once_its_condition_holds(limit: int, begun: int) -> None:
    condition = "{{ outputs.lp.terminatedIterations.SUCCESS >= 2 }}"
    looped = loop(["a", "b", "c", "d", "e"], task("t"), concurrencyLimit=limit, breakWhen=condition)
    driver, run = started(flow(looped, task("n"), dialect=Dialect.V2_0))
    assert told(run) == ["lp SUCCESS", "n SUCCESS"]
    assert output(run, "lp", "terminatedIterations") == {"SUCCESS": begun}
    assert len(driver.runs) == 1 + begun


def test_a_condition_that_cannot_be_told_fails_the_loop() -> None:
    _, run = started(flow(loop(["a", "b"], task("t"), breakWhen="{{ nothing }}"), dialect=Dialect.V2_0))
    assert told(run) == ["lp FAILED"]
