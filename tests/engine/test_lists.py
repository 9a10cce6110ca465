"""Which list runs when, at the top of a flow."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.building import fail, flow, task
from engine.driver import Driver
from engine.telling import history, told
from tiercel.model.flow import FlowOutput, Retry, RetryKind
from tiercel.model.state import State


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_tasks_run_one_after_another(driver: Driver) -> None:
    run = driver.start(
        flow(task("a", properties={"format": "x"}), task("b", properties={"format": "{{ outputs.a.value }}!"}))
    )
    driver.settle()
    assert told(run) == ["a SUCCESS", "b SUCCESS"]
    assert run.task_runs[list(run.task_runs)[1]].outputs == {"value": "x!"}
    assert history(run) == ["CREATED", "RUNNING", "SUCCESS"]
    assert run.execution.is_over
    assert driver.over == [run.execution.id]


def test_errors_then_finally_then_after_execution(driver: Driver) -> None:
    run = driver.start(
        flow(
            fail("a"),
            task("b"),
            errors=(fail("e1"), task("e2")),
            finally_=(fail("f1"), task("f2")),
            after_execution=(fail("x1"), task("x2", run_if="{{ execution.state == 'FAILED' }}")),
        )
    )
    driver.settle()
    assert told(run) == [
        "a FAILED", "e1 FAILED", "e2 SUCCESS", "f1 FAILED", "f2 SUCCESS", "x1 FAILED", "x2 SUCCESS",
    ]  # fmt: skip
    assert run.execution.state is State.FAILED


def test_a_skipped_task_counts_as_success(driver: Driver) -> None:
    run = driver.start(flow(task("a", run_if="false"), task("b", run_if="{{ 1 == 2 }}"), task("c")))
    driver.settle()
    assert told(run) == ["a SKIPPED", "b SKIPPED", "c SUCCESS"]
    assert run.execution.state is State.SUCCESS


def test_run_if_that_cannot_be_rendered_fails_in_spite_of_allow_failure(driver: Driver) -> None:
    run = driver.start(flow(task("a", run_if="{{ nope.nope }}", allow_failure=True), task("b")))
    driver.settle()
    assert told(run) == ["a FAILED"]
    assert next(iter(run.task_runs.values())).attempts == []


def test_a_failure_is_retried_before_it_counts(driver: Driver) -> None:
    again = Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=3), max_attempts=3)
    run = driver.start(
        flow(fail("a", retry=again, properties={"condition": "{{ taskrun.attemptsCount < 2 }}"}), errors=(task("e"),))
    )
    driver.settle()
    assert told(run) == ["a SUCCESS"]
    assert history(run) == ["CREATED", "RUNNING", *["FAILED", "RETRYING", "RUNNING"] * 2, "SUCCESS"]


def test_a_flow_output_that_cannot_be_rendered_fails_what_succeeded(driver: Driver) -> None:
    run = driver.start(flow(task("a"), outputs=(FlowOutput(id="o", type="STRING", value="{{ nope.nope }}"),)))
    driver.settle()
    assert history(run) == ["CREATED", "RUNNING", "SUCCESS", "FAILED"]
