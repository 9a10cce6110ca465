"""Pause, pausing by hand, LoopUntil, breakpoints, forcing, queueing."""

from __future__ import annotations

import pytest

from engine.building import fail, flow, sequence, task
from engine.driver import SECOND, Driver
from engine.telling import history, one_of, output, path, told
from tiercel.engine import Run
from tiercel.model.dialect import Dialect
from tiercel.model.event import (
    BreakpointResumed,
    ExecutionQueued,
    ExecutionRefused,
    LabelsReplaced,
    PauseRequested,
    ResumeRequested,
    RunForced,
)
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

BOTH = pytest.mark.parametrize("dialect", list(Dialect))


def resume(driver: Driver, run: Run, **fields: Json) -> None:
    driver.send(run.execution.id, ResumeRequested(driver.now, **fields))
    driver.settle()


@BOTH
def test_a_pause_waits_for_somebody_and_keeps_what_was_given(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(task("p", "Pause"), task("n"), dialect=dialect))
    driver.settle()
    assert (told(run), run.execution.state) == (["p PAUSED"], State.PAUSED)
    resume(driver, run, inputs={"n": 7}, by="me")
    assert told(run) == ["p SUCCESS", "n SUCCESS"]
    assert history(run) == ["CREATED", "RUNNING", "PAUSED", "RESTARTED", "RUNNING", "SUCCESS"]
    outputs = one_of(run, "p").outputs or {}
    assert outputs["onResume"] == {"n": 7}
    assert (outputs["resumed"]["to"], outputs["resumed"]["by"]) == ("RUNNING", "me")
    assert run.execution.attempt_number == 2


@pytest.mark.parametrize(
    ("behavior", "state", "after"),
    [
        ("RESUME", "SUCCESS", ["n SUCCESS", "f SUCCESS"]),
        ("WARN", "WARNING", ["n SUCCESS", "f SUCCESS"]),
        ("FAIL", "FAILED", ["e SUCCESS", "f SUCCESS"]),
        ("CANCEL", "CANCELLED", []),
    ],
)
def test_a_pause_ends_by_time_as_it_says(behavior: str, state: str, after: list[str]) -> None:
    driver = Driver()
    pause = task("p", "Pause", properties={"pauseDuration": "PT5S", "behavior": behavior})
    run = driver.start(flow(pause, task("n"), errors=(task("e"),), finally_=(task("f"),)))
    driver.settle()
    assert told(run) == [f"p {state}", *after]
    assert run.execution.state.value == state
    assert "onResume" not in (one_of(run, "p").outputs or {})


def test_the_timeout_of_a_pause_fails_it_or_warns_when_failure_is_allowed() -> None:
    states = []
    for allowed in (False, True):
        driver = Driver()
        run = driver.start(flow(task("p", "Pause", timeout="PT5S", allow_failure=allowed)))
        driver.settle()
        states.append(one_of(run, "p").state)
    assert states == [State.FAILED, State.WARNING]


def test_a_late_timer_of_a_resumed_pause_changes_nothing() -> None:
    driver = Driver()
    run = driver.start(flow(task("p", "Pause", properties={"pauseDuration": "PT5S", "behavior": "FAIL"})))
    driver.settle(until=lambda: run.execution.state is State.PAUSED)
    resume(driver, run)
    assert run.execution.state is State.SUCCESS


def test_the_task_of_on_pause_runs_while_it_waits() -> None:
    driver = Driver()
    run = driver.start(flow(task("p", "Pause", {"onPause": [fail("op")]})))
    driver.settle()
    assert told(run) == ["p PAUSED", "op FAILED"]
    resume(driver, run)
    assert run.execution.state is State.SUCCESS


def test_the_tasks_of_an_old_pause_run_after_it() -> None:
    driver = Driver()
    run = driver.start(flow(task("p", "Pause", {"tasks": [task("a")]}), task("n")))
    driver.settle()
    resume(driver, run)
    assert told(run) == ["p SUCCESS", "a SUCCESS", "n SUCCESS"]


def test_siblings_of_a_pause_go_on() -> None:
    driver = Driver()
    seconds = task("q", "Sleep", properties={"seconds": 1})
    inner = sequence("s", seconds, task("r"))
    run = driver.start(flow(sequence("p", task("w", "Pause"), inner, kind="Parallel")))
    driver.settle()
    assert told(run) == ["p RUNNING", "w PAUSED", "s SUCCESS", "q SUCCESS", "r SUCCESS"]
    resume(driver, run)
    assert run.execution.state is State.SUCCESS


def test_paused_by_hand_what_runs_finishes_and_nothing_begins() -> None:
    driver = Driver()
    run = driver.start(flow(task("a", "Sleep", properties={"seconds": 3}), task("b")))
    driver.settle(until=lambda: bool(run.live))
    driver.send(run.execution.id, PauseRequested(driver.now))
    driver.settle()
    assert (told(run), run.execution.state) == (["a SUCCESS"], State.PAUSED)
    resume(driver, run)
    assert told(run) == ["a SUCCESS", "b SUCCESS"]
    assert run.execution.state is State.SUCCESS


def looping(condition: str, *tasks: TaskDefinition, **fields: Json) -> TaskDefinition:
    frequency = {"interval": "PT10S", **(fields.pop("frequency", None) or {})}
    properties = {"condition": condition, "checkFrequency": frequency, **(fields.pop("more", None) or {})}
    return sequence("lu", *tasks, kind="LoopUntil", properties=properties, **fields)


def test_loop_until_pauses_between_rounds_and_keeps_the_last() -> None:
    driver = Driver()
    body = task("r", properties={"format": "it{{ taskrun.iteration }}"})
    run = driver.start(flow(looping("{{ outputs.r.value == 'it2' }}", body), task("n"), dialect=Dialect.V2_0))
    begun = driver.now
    driver.settle()
    assert told(run) == ["lu SUCCESS", "r SUCCESS", "n SUCCESS"]
    assert [one.number for one in run.task_runs.values()] == [0, 1, 2]
    assert path(run, "lu") == ["CREATED", *["RUNNING", "PAUSED"] * 2, "RUNNING", "SUCCESS"]
    assert output(run, "lu", "iterationCount") == 3
    assert driver.now - begun >= 20 * SECOND


@pytest.mark.parametrize(
    ("dialect", "rounds", "count"), [(Dialect.V1_3, 2, 3), (Dialect.V2_0, 3, 3)], ids=["1.3", "2.0"]
)
def test_the_dialects_count_rounds_differently(dialect: Dialect, rounds: int, count: int) -> None:
    driver = Driver()
    run = driver.start(flow(looping("{{ false }}", task("r"), frequency={"maxIterations": 2}), dialect=dialect))
    driver.settle()
    assert one_of(run, "r").iteration == rounds - 1
    assert output(run, "lu", "iterationCount") == count
    assert run.execution.state is State.SUCCESS


def test_reaching_the_limit_can_fail_and_that_is_not_softened() -> None:
    driver = Driver()
    lu = looping("0", task("r"), frequency={"maxIterations": 1},
                 more={"failOnMaxReached": True}, allow_failure=True)  # fmt: skip
    run = driver.start(flow(lu))
    driver.settle()
    assert one_of(run, "lu").state is State.FAILED


@BOTH
def test_a_failed_round_without_errors_ends_it(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(looping("{{ false }}", fail("a")), dialect=dialect))
    driver.settle()
    assert told(run) == ["lu FAILED", "a FAILED"]


def test_a_breakpoint_stops_before_a_task_until_it_is_left() -> None:
    driver = Driver()
    run = driver.start(flow(task("a"), task("b"), task("c")), breakpoints=["b"])
    driver.settle()
    assert (told(run), run.execution.state) == (["a SUCCESS", "b BREAKPOINT"], State.BREAKPOINT)
    driver.send(run.execution.id, BreakpointResumed(driver.now, ["c"]))
    driver.settle()
    assert told(run) == ["a SUCCESS", "b SUCCESS", "c BREAKPOINT"]
    driver.send(run.execution.id, RunForced(driver.now))
    driver.settle()
    assert run.execution.state is State.SUCCESS


def test_a_queued_execution_runs_when_it_is_forced() -> None:
    driver = Driver()
    run = driver.queue(flow(task("a")))
    driver.settle()
    assert run.execution.state is State.QUEUED
    driver.send(run.execution.id, RunForced(driver.now))
    driver.settle()
    assert history(run) == ["CREATED", "QUEUED", "RUNNING", "SUCCESS"]


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_a_refused_execution_runs_only_what_comes_after_its_end(state: State) -> None:
    driver = Driver()
    run = driver.queue(flow(task("a"), errors=(task("e"),), after_execution=(task("x"),)))
    driver.send(run.execution.id, ExecutionRefused(driver.now, state, "the limit of 1 is reached"))
    driver.settle()
    assert (told(run), run.execution.state) == (["x SUCCESS"], state)
    assert run.execution.error == "the limit of 1 is reached"


def test_replacing_labels_keeps_those_of_the_system() -> None:
    driver = Driver()
    run = driver.start(flow(task("a"), labels=(("x", "1"),)))
    driver.settle()
    driver.send(run.execution.id, LabelsReplaced(driver.now, [("y", "2"), ("system.z", "3")]))
    driver.settle()
    correlation = ("system.correlationId", run.execution.id)
    assert run.execution.labels == [("y", "2"), ("system.z", "3"), correlation]


def test_queueing_twice_is_once() -> None:
    driver = Driver()
    run = driver.queue(flow(task("a")))
    driver.send(run.execution.id, ExecutionQueued(driver.now))
    driver.settle()
    assert history(run) == ["CREATED", "QUEUED"]
