"""Approval: who decides, what runs then, and how it ends."""

from __future__ import annotations

import pytest

from engine.building import flow, sequence, task
from engine.driver import SECOND, Driver, Outcome
from engine.telling import history, one_of, output, told
from tiercel.engine import Run
from tiercel.model.event import ReviewRequested
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State


def approval(task_id: str = "ap", timeout: str | None = None, **properties: object) -> TaskDefinition:
    branches = {"onWait": [task(f"{task_id}w")], "onApprove": [task(f"{task_id}y")], "onDeny": [task(f"{task_id}n")]}
    return task(task_id, "Approval", branches, timeout=timeout, properties=properties)


def review(driver: Driver, run: Run, decision: str, task_id: str = "ap") -> None:
    event = ReviewRequested(driver.now, one_of(run, task_id).id, decision, comment="c", by="me")
    driver.send(run.execution.id, event)
    driver.settle()


def test_it_waits_after_on_wait_and_goes_on_when_approved() -> None:
    driver = Driver()
    run = driver.start(flow(approval(), task("n")))
    driver.settle()
    assert (told(run), run.execution.state) == (["ap PAUSED", "apw SUCCESS"], State.PAUSED)
    review(driver, run, "APPROVED")
    assert told(run) == ["ap SUCCESS", "apw SUCCESS", "apy SUCCESS", "n SUCCESS"]
    assert (output(run, "ap", "decision"), output(run, "ap", "by"), output(run, "ap", "auto")) == (
        "APPROVED",
        "me",
        False,
    )


@pytest.mark.parametrize(
    ("behavior", "state", "goes_on"),
    [
        (None, "CANCELLED", False),
        ("CONTINUE", "SUCCESS", True),
        ("WARN", "WARNING", True),
        ("FAIL", "FAILED", False),
        ("SUCCEED", "SUCCESS", False),
        ("KILL", "KILLED", False),
    ],
)
def test_what_a_denial_leads_to(behavior: str | None, state: str, goes_on: bool) -> None:
    driver = Driver()
    run = driver.start(flow(approval(**({"denyBehavior": behavior} if behavior else {})), task("n")))
    driver.settle()
    review(driver, run, "DENIED")
    assert run.execution.state.value == state
    assert ("n" in run.by_task, one_of(run, "apn").state) == (goes_on, State.SUCCESS)
    assert run.execution.is_over


def test_the_time_may_run_out() -> None:
    driver = Driver()
    run = driver.start(flow(approval(timeout="PT5S", expireBehavior="CONTINUE")))
    driver.settle()
    assert told(run) == ["ap SUCCESS", "apw SUCCESS"]
    assert output(run, "ap", "decision") == "EXPIRED"


def test_it_may_approve_itself() -> None:
    driver = Driver()
    run = driver.start(flow(approval(autoApprove=True)))
    driver.settle()
    assert told(run) == ["ap SUCCESS", "apy SUCCESS"]
    assert output(run, "ap", "auto") is True


def test_one_denial_cancels_the_execution_whatever_others_say() -> None:
    driver = Driver()
    run = driver.start(flow(sequence("p", approval("a"), approval("b"), kind="Parallel")))
    driver.settle()
    review(driver, run, "DENIED", "a")
    review(driver, run, "APPROVED", "b")
    assert (run.execution.state, one_of(run, "an").state) == (State.CANCELLED, State.SUCCESS)


def test_a_flow_control_without_a_module_fails_its_task() -> None:
    driver = Driver()
    strange = one_of_control("t")
    run = driver.start(flow(strange, task("n")))
    driver.settle()
    assert told(run) == ["t FAILED"]


def one_of_control(task_id: str) -> TaskDefinition:
    known = task(task_id, "Sequential", {"tasks": [task("a")]})
    return TaskDefinition(**{**{name: getattr(known, name) for name in known.__struct_fields__}, "control": "strange"})


def test_the_execution_is_paused_when_only_approvals_are_left() -> None:
    driver = Driver(runner=lambda _driver, _run, _task_run, one: Outcome(takes=5 * SECOND if one.id == "slow" else 0))
    run = driver.start(flow(sequence("p", approval("a"), approval("b"), task("slow"), kind="Parallel")))
    driver.settle(until=lambda: one_of(run, "a").state is State.PAUSED)
    assert history(run) == ["CREATED", "RUNNING"]
    driver.settle()
    assert history(run) == ["CREATED", "RUNNING", "PAUSING", "PAUSED"]
    review(driver, run, "APPROVED", "a")
    assert (run.execution.state, one_of(run, "ay").state) == (State.PAUSED, State.SUCCESS)
    review(driver, run, "APPROVED", "b")
    assert run.execution.state is State.SUCCESS
