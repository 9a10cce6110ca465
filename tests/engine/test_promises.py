"""The promises of a flow: deadlines, and what must hold at each change."""

from __future__ import annotations

import pytest

from engine.building import fail, flow, sequence, task
from engine.driver import SECOND, START, Driver, Outcome
from engine.telling import history, told
from tiercel.engine import Run
from tiercel.model.command import CancelTimer, WakeAt
from tiercel.model.dialect import Dialect
from tiercel.model.event import ExecutionAdmitted, ExecutionRefused, KillRequested, RestartRequested, TimerFired
from tiercel.model.execution import TaskRun
from tiercel.model.flow import Flow, Sla, TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

BOTH = pytest.mark.parametrize("dialect", list(Dialect))
ENDS = pytest.mark.parametrize(("behavior", "state"), [("FAIL", "FAILED"), ("CANCEL", "CANCELLED")])
LABELS = (("sla", "miss"),)


def in_time(behavior: str = "FAIL", duration: str = "PT5S") -> Sla:
    return Sla(id="s", type="MAX_DURATION", behavior=behavior, duration=duration, labels=LABELS)


def holds(assertion: str, behavior: str = "FAIL") -> Sla:
    return Sla(id="s", type="EXECUTION_ASSERTION", behavior=behavior, assertion=assertion, labels=LABELS)


def slow(_driver: Driver, _run: Run, _task_run: TaskRun, one: TaskDefinition) -> Outcome:
    """Tasks named z take a minute, others no time."""
    return Outcome(takes=60 * SECOND if one.id == "z" else 0)


def around(*slas: Sla, dialect: Dialect, **fields: Json) -> Flow:
    """A flow of one slow task, with all that may come afterwards."""
    lists = {"errors": (task("e"),), "finally_": (task("f"),), "after_execution": (task("ae"),)}
    return flow(task("z"), dialect=dialect, slas=slas, **{**lists, **fields})


@ENDS
def test_a_deadline_that_passes_ends_all_that_runs_in_2_0(behavior: str, state: str) -> None:
    driver = Driver(runner=slow)
    run = driver.start(around(in_time(behavior), dialect=Dialect.V2_0))
    driver.settle()
    last = {"FAILED": "e SUCCESS", "CANCELLED": "f SUCCESS"}[state]
    assert told(run) == ["z KILLED", last, "ae SUCCESS"]
    assert history(run) == ["CREATED", "RUNNING", state]
    assert run.execution.labels[-1] == ("sla", "miss")
    assert driver.now < START + 6 * SECOND


@ENDS
def test_a_deadline_that_passes_voids_what_runs_in_1_3(behavior: str, state: str) -> None:
    driver = Driver(runner=slow)
    run = driver.start(around(in_time(behavior), dialect=Dialect.V1_3))
    driver.settle()
    last = {"FAILED": "e KILLED", "CANCELLED": "f KILLED"}[state]
    assert told(run) == [f"z {state}", last, "ae SUCCESS"]
    (voided,) = run.by_task["z"]
    assert [one for one, _ in voided.history] == ["CREATED", state]
    assert voided.attempts == []


@BOTH
def test_a_deadline_reaches_what_is_inside_and_what_is_paused(dialect: Dialect) -> None:
    for inner in (sequence("s", task("z")), task("p", "Pause")):
        driver = Driver(runner=slow)
        run = driver.start(flow(inner, dialect=dialect, slas=(in_time(),)))
        driver.settle()
        assert run.execution.state is State.FAILED
        assert run.live == 0
        assert run.execution.is_over


@BOTH
def test_an_end_in_time_takes_the_deadline_away(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(task("a"), dialect=dialect, slas=(in_time(),)))
    driver.settle()
    assert run.execution.state is State.SUCCESS
    assert [one for _, one in driver.commands if isinstance(one, (WakeAt, CancelTimer))] == [
        WakeAt("sla/0", START + 5 * SECOND),
        CancelTimer("sla/0"),
    ]
    driver.send(run.execution.id, TimerFired(driver.now, "sla/0"))
    driver.settle()
    assert run.execution.state is State.SUCCESS


@BOTH
def test_waiting_for_a_slot_counts(dialect: Dialect) -> None:
    driver = Driver(runner=slow)
    run = driver.queue(around(in_time(), dialect=dialect))
    driver.settle()
    assert history(run) == ["CREATED", "QUEUED", "FAILED"]
    assert told(run) == ["ae SUCCESS"]
    assert run.execution.is_over


@BOTH
def test_a_promise_that_only_notes_lets_the_execution_go_on(dialect: Dialect) -> None:
    driver = Driver(runner=slow)
    run = driver.start(flow(task("z"), dialect=dialect, slas=(in_time("NONE"),)))
    driver.settle()
    assert (run.execution.state, run.execution.labels[-1]) == (State.SUCCESS, ("sla", "miss"))
    assert [level for _, _, level, _ in driver.logs] == ["WARN"]


@BOTH
def test_a_restart_makes_no_new_promises(dialect: Dialect) -> None:
    driver = Driver(runner=slow)
    run = driver.start(flow(task("z"), dialect=dialect, slas=(in_time(),)))
    driver.settle()
    driver.send(run.execution.id, RestartRequested(driver.now))
    driver.settle()
    assert run.execution.state is State.SUCCESS


@BOTH
def test_iterations_of_a_loop_make_no_promises(dialect: Dialect) -> None:
    driver = Driver()
    loop = task("l", "Loop", {"tasks": [task("a")]}, properties={"values": ["x", "y"]})
    run = driver.start(flow(loop, dialect=dialect, slas=(in_time(), holds("{{ true }}"))))
    driver.settle()
    assert run.execution.state is State.SUCCESS
    assert [one.key for _, one in driver.commands if isinstance(one, WakeAt)] == ["sla/0"]


@BOTH
@ENDS
def test_what_does_not_hold_at_first_starts_nothing(dialect: Dialect, behavior: str, state: str) -> None:
    driver = Driver()
    run = driver.start(around(holds("{{ inputs.n > 3 }}", behavior), dialect=dialect), inputs={"n": 1})
    driver.settle()
    assert history(run) == ["CREATED", state]
    assert told(run) == ["ae SUCCESS"]
    assert run.execution.labels[-1] == ("sla", "miss")


@BOTH
def test_what_holds_lets_it_start(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(around(holds("{{ inputs.n > 3 }}"), dialect=dialect), inputs={"n": 4})
    driver.settle()
    assert history(run) == ["CREATED", "RUNNING", "SUCCESS"]
    assert ("sla", "miss") not in run.execution.labels


@BOTH
def test_what_holds_no_longer_ends_it_at_the_change(dialect: Dialect) -> None:
    driver = Driver(runner=slow)
    tasks = (task("a"), task("z"))
    run = driver.start(flow(*tasks, dialect=dialect, slas=(holds("{{ outputs.a is not defined }}"),)))
    driver.settle()
    assert run.execution.state is State.FAILED
    assert driver.now < START + SECOND
    assert [message for _, _, level, message in driver.logs if level == "WARN"] == [
        "SLA s is broken: {{ outputs.a is not defined }} does not hold"
    ]


def test_what_cannot_be_told_is_no_matter_in_1_3_and_fails_it_in_2_0() -> None:
    for dialect, states in ((Dialect.V1_3, ["CREATED", "RUNNING", "SUCCESS"]), (Dialect.V2_0, ["CREATED", "FAILED"])):
        driver = Driver()
        run = driver.start(flow(task("a"), dialect=dialect, slas=(holds("{{ nope.x }}"),)))
        driver.settle()
        assert history(run) == states
        assert ("sla", "miss") not in run.execution.labels
        assert "ERROR" in {level for _, _, level, _ in driver.logs}


@BOTH
def test_a_promise_acts_once(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(task("a"), task("b"), dialect=dialect, slas=(holds("{{ false }}", "NONE"),)))
    driver.settle()
    assert run.execution.state is State.SUCCESS
    assert [level for _, _, level, _ in driver.logs] == ["WARN"]


@BOTH
def test_one_that_waits_for_its_promises_can_be_killed_and_admitted_twice(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(task("a"), dialect=dialect, slas=(holds("{{ true }}"),)))
    driver.send(run.execution.id, ExecutionAdmitted(driver.now))
    driver.settle()
    assert told(run) == ["a SUCCESS"]
    killed = driver.start(flow(task("a"), dialect=dialect, slas=(holds("{{ true }}"),)))
    driver.send(killed.execution.id, KillRequested(driver.now))
    driver.kill_first()
    driver.settle()
    assert (killed.execution.state, told(killed)) == (State.KILLED, [])


@BOTH
def test_it_all_survives_being_read_again_after_each_event(dialect: Dialect) -> None:
    driver = Driver(runner=slow, reloads=True)
    run = driver.start(around(in_time(), holds("{{ true }}"), dialect=dialect))
    driver.settle()
    again = driver.runs[run.execution.id]
    assert again.execution.state is State.FAILED
    assert again.execution.is_over


@BOTH
def test_a_restart_that_finds_no_slot_leaves_nothing_open(dialect: Dialect) -> None:
    driver = Driver()
    run = driver.start(flow(task("a"), fail(), dialect=dialect))
    driver.settle()
    driver.send(run.execution.id, RestartRequested(driver.now))
    driver.feed(*driver._inbox.popleft())  # noqa: SLF001 (before it is admitted again)
    driver._inbox.clear()  # noqa: SLF001 (as if the process had died there)
    driver.send(run.execution.id, ExecutionRefused(driver.now, State.CANCELLED, "no slot"))
    driver.settle()
    assert (run.execution.state, run.live, run.execution.is_over) == (State.CANCELLED, 0, True)
