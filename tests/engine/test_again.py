"""Retries, kill, lost workers, restart, states set by hand, replay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.building import fail, flow, sequence, task
from engine.driver import SECOND, Driver
from engine.telling import history, one_of, output, path, told
from tiercel.engine import Facts, Run, replay
from tiercel.engine.retries import next_at
from tiercel.model.dialect import Dialect
from tiercel.model.event import (
    ExecutionAdmitted,
    KillRequested,
    RestartRequested,
    RunForced,
    TaskRunEnded,
    TaskRunLost,
    TaskRunStateRequested,
)
from tiercel.model.flow import Flow, Retry, RetryBehavior, RetryKind, TaskDefinition
from tiercel.model.state import State

ONCE_MORE = Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=3), max_attempts=2)
FIRST_ONLY = {"condition": "{{ taskrun.attemptsCount < 1 }}"}
UNLESS_RESTARTED = {"condition": "{{ (labels.system.restarted ?? 'no') == 'no' }}"}


def settled(ready: Flow) -> tuple[Driver, Run]:
    driver = Driver()
    run = driver.start(ready)
    driver.settle()
    return driver, run


def sleep(task_id: str, seconds: int = 20) -> TaskDefinition:
    return task(task_id, "Sleep", properties={"seconds": seconds})


def test_a_retry_inside_a_flowable_does_not_fail_the_execution_on_the_way() -> None:
    _, run = settled(flow(sequence("s", fail("a", retry=ONCE_MORE, properties=FIRST_ONLY), task("b"))))
    assert path(run, "a") == ["CREATED", "RUNNING", "FAILED", "RETRYING", "CREATED", "RUNNING", "SUCCESS"]
    assert history(run) == ["CREATED", "RUNNING", "RETRYING", "RUNNING", "SUCCESS"]


def test_allow_failure_counts_after_the_last_attempt() -> None:
    _, run = settled(flow(fail("a", retry=ONCE_MORE, allow_failure=True), errors=(task("e"),)))
    assert told(run) == ["a WARNING"]
    assert len(one_of(run, "a").attempts) == 2


def test_a_success_after_a_retry_can_be_a_warning() -> None:
    warned = Retry(kind=RetryKind.CONSTANT, interval=timedelta(), max_attempts=3, is_warning_on_retry=True)
    _, run = settled(flow(fail("a", retry=warned, properties=FIRST_ONLY), task("b", retry=warned)))
    assert told(run) == ["a WARNING", "b SUCCESS"]


def test_the_retry_of_a_flowable_or_the_flow_is_inherited() -> None:
    inherited = sequence("s", fail("a", properties=FIRST_ONLY), retry=ONCE_MORE)
    _, run = settled(flow(inherited, fail("b", properties=FIRST_ONLY), retry=ONCE_MORE))
    assert told(run) == ["s SUCCESS", "a SUCCESS", "b SUCCESS"]


def test_a_retry_as_a_new_execution_replaces_this_one() -> None:
    anew = Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=3), max_attempts=2,
                 behavior=RetryBehavior.CREATE_NEW_EXECUTION)  # fmt: skip
    driver, run = settled(flow(fail("a", retry=anew), errors=(task("e"),)))
    second = list(driver.runs.values())[1]
    assert (told(run), history(run)[-2:]) == (["a RETRIED"], ["FAILED", "RETRIED"])
    assert (told(second), second.execution.attempt_number) == (["a FAILED", "e SUCCESS"], 2)
    assert second.execution.original_id == run.execution.id
    assert ("system.replay", "true") in second.execution.labels
    assert len(driver.runs) == 2


def test_a_pause_that_ended_is_no_attempt_of_a_retry_as_a_new_execution() -> None:
    anew = Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=3), max_attempts=2,
                 behavior=RetryBehavior.CREATE_NEW_EXECUTION)  # fmt: skip
    pause = task("p", "Pause", properties={"pauseDuration": "PT1S"})
    driver, run = settled(flow(pause, fail("a", retry=anew)))
    assert told(run) == ["p SUCCESS", "a RETRIED"]
    assert [told(one) for one in list(driver.runs.values())[1:]] == [["p SUCCESS", "a FAILED"]]


@pytest.mark.parametrize(
    ("retry", "delays"),
    [
        (Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=2), max_attempts=3), [2, 2, None]),
        (
            Retry(kind=RetryKind.EXPONENTIAL, interval=timedelta(seconds=1), max_interval=timedelta(seconds=3)),
            [1, 2, 3, 3],
        ),
        (
            Retry(kind=RetryKind.CONSTANT, interval=timedelta(seconds=4), max_duration=timedelta(seconds=5)),
            [4, None],
        ),
    ],
)
def test_delays(retry: Retry, delays: list[int | None]) -> None:
    at = 0
    for attempts, delay in enumerate(delays, 1):
        following = next_at(retry, attempts, at, 0, "seed")
        assert following == (None if delay is None else at + delay * SECOND)
        at = following or at


def test_a_random_delay_lies_between_its_bounds_and_is_the_same_each_time() -> None:
    retry = Retry(kind=RetryKind.RANDOM, min_interval=timedelta(seconds=1), max_interval=timedelta(seconds=9))
    found = [next_at(retry, attempts, 0, 0, "seed") or 0 for attempts in range(1, 30)]
    assert all(SECOND <= one <= 9 * SECOND for one in found)
    assert len(set(found)) > 20
    assert found[0] == next_at(retry, 1, 0, 0, "seed")


def kill(driver: Driver, run: Run) -> None:
    driver.send(run.execution.id, KillRequested(driver.now))
    driver.settle()


@pytest.mark.parametrize(("dialect", "middle"), [(Dialect.V1_3, []), (Dialect.V2_0, ["KILLING"])])
def test_a_kill_stops_what_runs_and_only_after_execution_follows(dialect: Dialect, middle: list[str]) -> None:
    driver = Driver()
    parallel = sequence("p", sleep("a"), task("b"), kind="Parallel")
    lists = {"errors": (task("e"),), "finally_": (task("f"),), "after_execution": (task("x"),)}
    run = driver.start(flow(parallel, task("n"), dialect=dialect, **lists))
    driver.settle(until=lambda: run.live == 2)
    kill(driver, run)
    assert told(run) == ["p KILLED", "a KILLED", "b SUCCESS", "x SUCCESS"]
    assert path(run, "p") == ["CREATED", "RUNNING", *middle, "KILLED"]
    assert history(run) == ["CREATED", "RUNNING", "KILLING", "KILLED"]


@pytest.mark.parametrize("waiting", [task("w", "Pause"), fail("w", retry=ONCE_MORE)], ids=["paused", "retrying"])
def test_what_waits_can_be_killed(waiting: TaskDefinition) -> None:
    driver = Driver()
    run = driver.start(flow(waiting))
    driver.settle(until=lambda: run.execution.state in {State.PAUSED, State.RETRYING})
    kill(driver, run)
    assert (told(run), run.execution.state, run.execution.is_over) == (["w KILLED"], State.KILLED, True)


def test_a_result_that_comes_after_the_end_is_void() -> None:
    driver, run = settled(flow(task("a", properties={"format": "x"})))
    one = one_of(run, "a")
    driver.send(run.execution.id, TaskRunEnded(driver.now, one.id, one.token, State.FAILED))
    driver.settle()
    assert (one.state, one.outputs) == (State.SUCCESS, {"value": "x"})


def test_a_lost_attempt_is_done_again_with_another_token() -> None:
    driver = Driver()
    run = driver.start(flow(sleep("a", 5)))
    driver.settle(until=lambda: bool(run.live))
    one = one_of(run, "a")
    lost = one.token
    driver.feed(run.execution.id, [TaskRunLost(driver.now, one.id, lost)])
    assert one.token > lost
    driver.feed(run.execution.id, [TaskRunEnded(driver.now, one.id, lost, State.FAILED)])
    assert not one.state.is_terminal
    driver.settle()
    assert [attempt.state for attempt in one.attempts] == [State.RESUBMITTED, State.SUCCESS]


def restart(driver: Driver, run: Run) -> None:
    driver.send(run.execution.id, RestartRequested(driver.now))
    driver.settle()


def test_a_restart_begins_again_from_what_failed() -> None:
    inner = sequence("s", task("a"), fail("b", properties=UNLESS_RESTARTED), task("c"),
                     branches={"errors": [task("se")], "finally": [task("sf")]})  # fmt: skip
    driver, run = settled(flow(inner, errors=(task("e"),), finally_=(task("f"),)))
    restart(driver, run)
    assert told(run) == ["s SUCCESS", "a SUCCESS", "b SUCCESS", "c SUCCESS", "sf SUCCESS", "f SUCCESS"]
    assert path(run, "s") == ["CREATED", "RUNNING", "FAILED", "RUNNING", "SUCCESS"]
    assert path(run, "b") == ["CREATED", "RUNNING", "FAILED", "RESTARTED", "RUNNING", "SUCCESS"]
    assert history(run) == ["CREATED", "RUNNING", "FAILED", "RESTARTED", "RUNNING", "SUCCESS"]
    assert run.execution.attempt_number == 2
    assert ("system.restarted", "true") in run.execution.labels


@pytest.mark.parametrize("lets_go_on", [ExecutionAdmitted, RunForced])
def test_a_restart_that_waited_for_a_slot_goes_on_likewise(lets_go_on: type[ExecutionAdmitted | RunForced]) -> None:
    driver, run = settled(flow(sequence("s", task("a"), fail("b", properties=UNLESS_RESTARTED), task("c"))))
    driver.has_slots = False
    restart(driver, run)
    assert history(run)[-2:] == ["RESTARTED", "QUEUED"]
    driver.send(run.execution.id, lets_go_on(driver.now))
    driver.settle()
    assert told(run) == ["s SUCCESS", "a SUCCESS", "b SUCCESS", "c SUCCESS"]
    assert path(run, "s") == ["CREATED", "RUNNING", "FAILED", "RUNNING", "SUCCESS"]
    assert history(run) == ["CREATED", "RUNNING", "FAILED", "RESTARTED", "QUEUED", "RUNNING", "SUCCESS"]


def test_without_a_failure_there_is_nothing_to_restart() -> None:
    driver, run = settled(flow(task("a")))
    restart(driver, run)
    assert history(run) == ["CREATED", "RUNNING", "SUCCESS"]


def test_a_loop_is_restarted_from_the_iteration_that_failed() -> None:
    bad = fail("r", properties={"condition": f"{{{{ item.value == 'b' and {UNLESS_RESTARTED['condition'][3:-3]} }}}}"})
    lp = sequence("lp", bad, kind="Loop", properties={"values": ["a", "b", "c"]})
    driver, run = settled(flow(lp, dialect=Dialect.V2_0))
    restart(driver, run)
    assert told(run) == ["lp SUCCESS"]
    assert output(run, "lp", "terminatedIterations") == {"SUCCESS": 3}
    assert len(driver.runs) == 4


@pytest.mark.parametrize("dialect", list(Dialect))
def test_a_state_set_by_hand_lets_the_execution_go_on(dialect: Dialect) -> None:
    driver, run = settled(flow(fail("a"), task("b"), dialect=dialect, errors=(task("e"),)))
    driver.send(run.execution.id, TaskRunStateRequested(driver.now, one_of(run, "a").id, State.SUCCESS))
    driver.settle()
    assert told(run) == ["a SUCCESS", "b SUCCESS"]
    assert (("system.restarted", "true") in run.execution.labels) is (dialect is Dialect.V2_0)


def test_a_replay_from_a_task_keeps_what_came_before() -> None:
    text = "{{ outputs.a.value }}b"
    tasks = (task("a", properties={"format": "x"}), task("b", properties={"format": text}), task("c"))
    driver, run = settled(flow(*tasks))
    execution, task_runs = replay(run, one_of(run, "b").id, Facts(driver.now, driver.new_id))
    second = driver.adopt(Run.start(run.plan, execution, task_runs))
    driver.settle()
    assert told(second) == ["a SUCCESS", "b SUCCESS", "c SUCCESS"]
    assert output(second, "b") == "xb"
    assert [len(one.attempts) for one in second.task_runs.values()] == [1, 2, 1]
    assert second.execution.original_id == run.execution.id
    assert not {*second.task_runs} & {*run.task_runs}


def test_a_replay_inside_a_flowable_goes_on_there() -> None:
    driver, run = settled(flow(sequence("s", task("a"), fail("b"), task("c")), errors=(task("e"),)))
    execution, task_runs = replay(run, one_of(run, "b").id, Facts(driver.now, driver.new_id))
    second = driver.adopt(Run.start(run.plan, execution, task_runs))
    driver.settle()
    assert told(second) == ["s FAILED", "a SUCCESS", "b FAILED", "e SUCCESS"]


def test_a_whole_replay_begins_from_nothing() -> None:
    driver, run = settled(flow(task("a")))
    execution, task_runs = replay(run, None, Facts(driver.now, driver.new_id))
    assert task_runs == []
    second = driver.adopt(Run.start(run.plan, execution, task_runs))
    driver.settle()
    assert history(second) == ["CREATED", "RUNNING", "SUCCESS"]
    assert second.execution.attempt_number == 2
