"""Parallel and Dag: what runs together, and what a failure does to siblings in each dialect."""

from __future__ import annotations

import pytest

from engine.building import fail, flow, sequence, task
from engine.driver import Driver
from engine.telling import history, path, told
from tiercel.model.dialect import Dialect
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State

BOTH = pytest.mark.parametrize("dialect", list(Dialect))


def sleep(task_id: str, seconds: int) -> TaskDefinition:
    return task(task_id, "Sleep", properties={"seconds": seconds})


def depending(task_id: str, *needed: str) -> TaskDefinition:
    return task(task_id, depends_on=needed, is_inline=True)


@BOTH
def test_children_begin_together_and_the_next_task_waits_for_all(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(sequence("p", sleep("a", 5), sleep("b", 1), kind="Parallel"), task("n"), dialect=dialect))
    driver.settle()
    assert told(run) == ["p SUCCESS", "a SUCCESS", "b SUCCESS", "n SUCCESS"]


def test_only_so_many_children_are_live_as_the_limit_says() -> None:
    driver = Driver()
    tasks = [sleep(f"t{number}", number + 1) for number in range(4)]
    run = driver.start(flow(sequence("p", *tasks, kind="Parallel", properties={"concurrent": 2})))
    driver.settle(until=lambda: bool(run.live))
    assert told(run)[1:] == ["t0 RUNNING", "t1 RUNNING"]
    driver.settle()
    assert run.execution.state is State.SUCCESS


def test_1_3_awaits_siblings_of_a_failed_child() -> None:
    driver = Driver()
    run = driver.start(
        flow(sequence("p", fail("a", is_inline=True), sleep("b", 3), kind="Parallel"), errors=(task("e"),))
    )
    driver.settle()
    assert told(run) == ["p FAILED", "a FAILED", "b SUCCESS", "e SUCCESS"]


def test_2_0_ends_siblings_of_a_failed_child_and_all_below_them() -> None:
    driver = Driver()
    inner = sequence("s", sleep("b", 3), task("never"))
    parallel = sequence("p", fail("a", is_inline=True), inner, kind="Parallel")
    run = driver.start(flow(parallel, dialect=Dialect.V2_0))
    driver.settle()
    assert told(run) == ["p FAILED", "a FAILED", "s FAILED", "b FAILED"]
    assert path(run, "b") == ["CREATED", "RUNNING", "FAILED"]


@pytest.mark.parametrize(("policy", "state"), [("CANCEL", "CANCELLED"), ("FAIL", "FAILED"), ("CONTINUE", "SUCCESS")])
def test_2_0_lets_the_flow_say_what_happens_to_siblings(policy: str, state: str) -> None:
    driver = Driver()
    properties = {"onChildFailure": policy, "concurrent": 2}
    parallel = sequence("p", sleep("a", 3), fail("b"), task("never"), kind="Parallel", properties=properties)
    run = driver.start(flow(parallel, dialect=Dialect.V2_0, errors=(task("e"),)))
    driver.settle()
    assert told(run) == ["p FAILED", f"a {state}", "b FAILED", "e SUCCESS"]
    assert run.execution.is_over


def test_an_execution_is_not_over_while_a_sibling_left_behind_runs() -> None:
    driver = Driver()
    parallel = sequence("p", sleep("a", 9), fail("b"), kind="Parallel", properties={"onChildFailure": "CONTINUE"})
    run = driver.start(flow(parallel, dialect=Dialect.V2_0))
    driver.settle(until=lambda: run.execution.state.is_terminal)
    assert (run.execution.state, run.execution.is_over) == (State.FAILED, False)
    driver.settle()
    assert run.execution.is_over


@BOTH
def test_an_allowed_failure_lets_siblings_finish(dialect: Dialect) -> None:
    driver = Driver()
    parallel = sequence("p", fail("a"), sleep("b", 3), kind="Parallel", allow_failure=True)
    run = driver.start(flow(parallel, dialect=dialect))
    driver.settle()
    assert told(run) == ["p WARNING", "a FAILED", "b SUCCESS"]


@BOTH
def test_finally_waits_for_siblings(dialect: Dialect) -> None:
    driver = Driver()
    parallel = sequence("p", fail("a"), sleep("b", 3), kind="Parallel", branches={"finally": [task("f")]})
    run = driver.start(flow(parallel, dialect=dialect))
    driver.settle()
    assert told(run) == ["p FAILED", "a FAILED", "b SUCCESS", "f SUCCESS"]


@BOTH
def test_inline_siblings_that_end_together_all_count(dialect: Dialect) -> None:
    driver = Driver()
    parallel = sequence("p", fail("a", is_inline=True), fail("b", is_inline=True), kind="Parallel")
    run = driver.start(flow(parallel, dialect=dialect))
    driver.settle()
    assert told(run) == ["p FAILED", "a FAILED", "b FAILED"]
    assert history(run)[-1] == "FAILED"


@BOTH
def test_dag_tasks_wait_for_what_they_depend_on(dialect: Dialect) -> None:
    driver = Driver()
    dag = sequence("d", depending("c", "a", "b"), depending("a"), depending("b", "a"), kind="Dag")
    run = driver.start(flow(dag, dialect=dialect))
    driver.settle()
    assert told(run) == ["d SUCCESS", "a SUCCESS", "b SUCCESS", "c SUCCESS"]


def test_a_disabled_dependency_of_a_dag_counts_as_ended() -> None:
    driver = Driver()
    dag = sequence("d", task("a", is_disabled=True), depending("b", "a"), kind="Dag")
    run = driver.start(flow(dag))
    driver.settle()
    assert told(run) == ["d SUCCESS", "b SUCCESS"]


@BOTH
def test_a_failed_dependency_stops_a_dag(dialect: Dialect) -> None:
    driver = Driver()
    dag = sequence("d", fail("a", is_inline=True), depending("b", "a"), depending("c"), kind="Dag")
    run = driver.start(flow(dag, dialect=dialect))
    driver.settle()
    assert told(run) == ["d FAILED", "a FAILED", "c SUCCESS"]
