"""What holds for every flow and every order of events."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from engine.driver import Driver, Store
from engine.flow_strategies import flows
from tiercel.engine import Facts, Plan, Run, Start, decide, decide_all, new_execution
from tiercel.model.command import CreateExecution, OpenDirectory, RunTask, StartChild
from tiercel.model.event import (
    Effects,
    Event,
    ExecutionAdmitted,
    ExecutionQueued,
    ExecutionStateRequested,
    KillRequested,
    LabelsReplaced,
    PauseRequested,
    RestartRequested,
    ResumeRequested,
    RunForced,
    TaskRunEnded,
    TaskRunLost,
    TaskRunStarted,
    TaskRunStateRequested,
    TimerFired,
)
from tiercel.model.flow import Flow
from tiercel.model.state import EXECUTION_TRANSITIONS, TASK_RUN_TRANSITIONS, State

PROFILE = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
STARTS = (RunTask, OpenDirectory, StartChild, CreateExecution)


def shape(driver: Driver) -> list[Any]:
    """What came of everything, without ids and times."""
    found = []
    for run in driver.runs.values():
        rows = Counter(
            (
                one.task_id,
                one.state.value,
                run.value_path(one),
                one.iteration,
                tuple(above.task_id for above in run.ancestors(one)),
                tuple(attempt.state.value for attempt in one.attempts),
            )
            for one in run.task_runs.values()
        )
        found.append((run.execution.state.value, sorted(rows.items(), key=str)))
    return sorted(found, key=str)


def check_histories(driver: Driver) -> None:
    for run in driver.runs.values():
        check_pairs(run.execution.history, EXECUTION_TRANSITIONS)
        for one in run.task_runs.values():
            check_pairs(one.history, TASK_RUN_TRANSITIONS)
            assert one.history[-1][0] is one.state


def check_pairs(history: list[Any], table: Any) -> None:
    for (old, before), (new, after) in pairwise(history):
        assert new in table[old]
        assert before <= after


@PROFILE
@given(flows())
def test_every_flow_ends_and_stays_in_the_table(flow: Flow) -> None:
    driver = Driver()
    driver.start(flow)
    driver.settle()
    check_histories(driver)
    for run in driver.runs.values():
        assert run.execution.is_over
        assert run.live == 0
        assert all(one.state.is_terminal for one in run.task_runs.values())
        assert driver.over.count(run.execution.id) == 1


@PROFILE
@given(flows())
def test_a_run_loaded_after_every_decision_goes_on_as_one_kept_in_memory(flow: Flow) -> None:
    kept, reloaded = Driver(), Driver(reloads=True)
    for driver in (kept, reloaded):
        driver.start(flow)
        driver.settle()
    assert shape(kept) == shape(reloaded)


@PROFILE
@given(flows())
def test_recorded_events_give_the_stored_state_again(flow: Flow) -> None:
    driver = Driver()
    first = driver.start(flow)
    driver.settle()
    copies: dict[str, Run] = {}
    ids = iter(driver.given_ids)
    assert next(ids) == first.execution.id
    store = Store()

    def adopt(run: Run) -> None:
        copies[run.execution.id] = run
        store.write(run.take_changes())

    adopt(Run.start(Plan(flow), new_execution(flow, first.execution.id, driver.started_at, Start())))
    for execution_id, events, now in driver.events:
        run = copies[execution_id]
        for command in decide_all(run, events, Facts(now, lambda: next(ids))):
            if isinstance(command, CreateExecution):
                parent = run if command.execution.iteration is not None else None
                adopt(Run.start(run.plan, command.execution, parent=parent))
        store.write(run.take_changes())
    for execution_id in driver.runs:
        assert store.execution(execution_id) == driver.store.execution(execution_id)
        assert store.rows(execution_id) == driver.store.rows(execution_id)


@PROFILE
@given(flows())
def test_nothing_is_commanded_once_an_execution_is_over(flow: Flow) -> None:
    driver = Driver()
    driver.start(flow)
    driver.settle()
    for execution_id, events, now in driver.events:
        run = driver.runs[execution_id]
        assert decide_all(run, events, Facts(now, driver.new_id)) == []
        assert not run.take_changes()


@PROFILE
@given(flows(fails=False), st.integers(0, 2**32))
def test_the_order_of_independent_ends_does_not_matter(flow: Flow, seed: int) -> None:
    in_order, shuffled = Driver(), Driver(chooses=random.Random(seed).randrange)  # noqa: S311 (a seeded shuffle)
    for driver in (in_order, shuffled):
        driver.start(flow)
        driver.settle()
    assert shape(in_order) == shape(shuffled)


@PROFILE
@given(flows(), st.integers(0, 40))
def test_what_is_killed_never_starts(flow: Flow, steps: int) -> None:
    driver = Driver()
    run = driver.start(flow)
    driver.settle(limit=steps, may_stop=True)
    was_ended = run.execution.state.is_terminal
    driver.send(run.execution.id, KillRequested(driver.now))
    driver.kill_first()
    before = len(driver.commands)
    driver.settle()
    check_histories(driver)
    if was_ended:
        return
    assert run.execution.state is State.KILLED
    for execution_id, command in driver.commands[before:]:
        if execution_id == run.execution.id and isinstance(command, STARTS):
            assert isinstance(command, RunTask)
            assert run.task_runs[command.task_run_id].section == "afterExecution"


@st.composite
def odd_events(draw: st.DrawFn) -> Any:
    """Makes an event that may come at any time, about any task run there is."""
    kind = draw(st.integers(0, 15))
    which = draw(st.integers(0, 30))
    state = draw(st.sampled_from(list(State)))
    token = draw(st.integers(0, 3))

    def make(run: Run, now: int) -> Event:
        runs = list(run.task_runs) or ["none"]
        one = runs[which % len(runs)]
        made: list[Event] = [
            ExecutionAdmitted(now),
            ExecutionQueued(now),
            TaskRunStarted(now, one, token),
            TaskRunEnded(now, one, token, State.SUCCESS, {"value": 1}),
            TaskRunEnded(now, one, token, State.FAILED, error="odd"),
            TaskRunEnded(now, one, token, State.SUCCESS, effects=Effects(exit_state=State.WARNING)),
            TaskRunLost(now, one, token),
            TimerFired(now, "retry", one),
            TimerFired(now, "round", one),
            PauseRequested(now),
            ResumeRequested(now),
            RunForced(now),
            LabelsReplaced(now, [("a", "b")]),
            TaskRunStateRequested(now, one, state),
            RestartRequested(now),
            KillRequested(now),
        ]
        return made[kind]

    return make


@PROFILE
@given(flows(), st.lists(st.tuples(st.integers(0, 8), odd_events()), max_size=10))
def test_no_list_of_events_leaves_the_table(flow: Flow, odd: list[Any]) -> None:
    driver = Driver()
    run = driver.start(flow)
    for steps, make in odd:
        driver.settle(limit=steps, may_stop=True)
        driver.send(run.execution.id, make(run, driver.now))
    driver.settle()
    if run.execution.state is State.PAUSED:
        driver.send(run.execution.id, ResumeRequested(driver.now))
        driver.settle()
    check_histories(driver)


@PROFILE
@given(
    flows(),
    st.sampled_from([State.SUCCESS, State.WARNING, State.FAILED]),
    st.sampled_from([None, ExecutionAdmitted, RunForced]),
)
def test_a_restart_ends_too(flow: Flow, state: State, late: type[ExecutionAdmitted | RunForced] | None) -> None:
    driver = Driver()
    run = driver.start(flow)
    driver.settle()
    ended_in = run.execution.state
    driver.has_slots = late is None
    driver.send(run.execution.id, RestartRequested(driver.now))
    driver.settle()
    if late is not None and run.execution.state is State.QUEUED:
        driver.send(run.execution.id, late(driver.now))
        driver.settle()
    check_histories(driver)
    assert run.execution.is_over
    assert ended_in.is_terminal
    was_killed = run.execution.state is State.KILLED
    decide(run, ExecutionStateRequested(driver.now, state), Facts(driver.now, driver.new_id))
    assert run.execution.state is (State.KILLED if was_killed else state)
