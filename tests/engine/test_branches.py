"""Sequential, AllowFailure, If and Switch; Exit."""

from __future__ import annotations

import msgspec
import pytest

from engine.building import fail, flow, sequence, task
from engine.driver import Driver
from engine.telling import history, one_of, output, path, told
from tiercel.engine import Run
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow
from tiercel.model.state import State


def run_of(ready: Flow) -> Run:
    driver = Driver()
    run = driver.start(ready)
    driver.settle()
    assert run.execution.is_over
    return run


def test_errors_and_finally_of_a_flowable_run_before_those_of_the_flow() -> None:
    branches = {"errors": [fail("se"), task("se2")], "finally": [fail("sf"), task("sf2")]}
    run = run_of(
        flow(sequence("s", fail("a"), task("b"), branches=branches), errors=(task("e"),), finally_=(task("f"),))
    )
    assert told(run) == [
        "s FAILED", "a FAILED", "se FAILED", "se2 SUCCESS", "sf FAILED", "sf2 SUCCESS", "e SUCCESS", "f SUCCESS",
    ]  # fmt: skip


def test_failing_finally_does_not_change_a_success() -> None:
    run = run_of(flow(sequence("s", task("a"), branches={"finally": [fail("f")]}), task("n")))
    assert run.execution.state is State.SUCCESS


def test_finally_runs_when_all_tasks_are_disabled() -> None:
    run = run_of(flow(sequence("s", task("a", is_disabled=True), branches={"finally": [task("f")]})))
    assert told(run) == ["s SUCCESS", "f SUCCESS"]


def test_allow_failure_turns_a_failure_into_a_warning() -> None:
    run = run_of(flow(sequence("s", fail("a"), task("b"), kind="AllowFailure"), task("n")))
    assert told(run) == ["s WARNING", "a FAILED", "n SUCCESS"]
    assert run.execution.state is State.WARNING


def test_allow_warning_softens_once_more() -> None:
    run = run_of(flow(sequence("s", fail("a"), allow_failure=True, allow_warning=True)))
    assert run.execution.state is State.SUCCESS


@pytest.mark.parametrize(
    ("condition", "branch"),
    [
        ("true", "then"), ("{{ 1 == 1 }}", "then"), ("no", "then"), (True, "then"),
        ("false", "else"), (" 0 ", "else"), ("{{ null }}", "else"), (0, "else"),
    ],
)  # fmt: skip
def test_if_takes_a_branch_by_truth(condition: object, branch: str) -> None:
    branches = {"then": [task("then")], "else": [task("else")]}
    run = run_of(flow(task("i", "If", branches, properties={"condition": condition})))
    assert told(run) == ["i SUCCESS", f"{branch} SUCCESS"]
    assert output(run, "i", "evaluationResult") is (branch == "then")


def test_if_without_a_branch_to_take_skips_its_finally() -> None:
    run = run_of(
        flow(task("i", "If", {"then": [task("a")], "finally": [task("f")]}, properties={"condition": "false"}))
    )
    assert told(run) == ["i SUCCESS"]


def test_a_condition_that_cannot_be_rendered_fails_in_spite_of_allow_failure() -> None:
    branches = {"then": [task("a")], "errors": [task("ie")]}
    properties = {"condition": "{{ nope.nope }}"}
    run = run_of(flow(task("i", "If", branches, properties=properties, allow_failure=True), errors=(task("e"),)))
    assert told(run) == ["i FAILED", "e SUCCESS"]
    assert path(run, "i") == ["CREATED", "RUNNING", "FAILED"]


def test_the_outputs_of_a_skipped_if_are_there() -> None:
    run = run_of(flow(task("i", "If", {"then": [task("a")]}, properties={"condition": "true"}, run_if="false")))
    assert told(run) == ["i SKIPPED"]
    assert output(run, "i", "evaluationResult") is True


def test_if_says_at_its_end_how_its_condition_stands() -> None:
    change = task("s", "SetVariables", properties={"variables": {"v": "2"}})
    branches = {"then": [change, task("a")], "else": [task("b")]}
    run = run_of(flow(task("i", "If", branches, properties={"condition": "{{ vars.v == '1' }}"}), variables={"v": "1"}))
    assert told(run) == ["i SUCCESS", "s SUCCESS", "a SUCCESS"]
    assert output(run, "i", "evaluationResult") is False


@pytest.mark.parametrize(("value", "taken"), [("a", "x"), ("b", "y"), ("c", "d"), (" a", "d")])
def test_switch_takes_the_case_that_equals(value: str, taken: str) -> None:
    branches = {"cases.a": [task("x")], "cases.b": [task("y")], "defaults": [task("d")]}
    run = run_of(flow(task("s", "Switch", branches, properties={"value": f"{{{{ '{value}' }}}}"})))
    assert told(run) == ["s SUCCESS", f"{taken} SUCCESS"]
    assert one_of(run, "s").outputs == {"value": value, "defaults": taken == "d"}


def test_switch_without_a_match_and_defaults_fails() -> None:
    run = run_of(flow(task("s", "Switch", {"cases.a": [task("x")]}, properties={"value": "z"})))
    assert told(run) == ["s FAILED"]
    assert one_of(run, "s").outputs == {"value": "z", "defaults": True}


def exit_flow(state: str, dialect: Dialect = Dialect.V1_3) -> Flow:
    leave = task("x", "Exit", properties={"state": state})
    return flow(
        task("a"),
        sequence("s", leave, task("n"), branches={"errors": [task("se")], "finally": [task("sf")]}),
        task("m"),
        dialect=dialect,
        errors=(task("e"),),
        finally_=(task("f"),),
        after_execution=(task("ae"),),
    )


@pytest.mark.parametrize("state", ["SUCCESS", "WARNING", "KILLED", "CANCELLED"])
def test_exit_ends_all_around_it_at_once(state: str) -> None:
    run = run_of(exit_flow(state))
    assert told(run) == ["a SUCCESS", f"s {state}", f"x {state}", "ae SUCCESS"]
    assert run.execution.state.value == state


def test_exit_as_failed_runs_the_errors_of_the_flow() -> None:
    run = run_of(exit_flow("FAILED"))
    assert told(run) == ["a SUCCESS", "s FAILED", "x FAILED", "e SUCCESS", "f SUCCESS", "ae SUCCESS"]


def test_exit_in_errors_overrides_the_failure_and_cuts_the_rest() -> None:
    leave = task("x", "Exit", properties={"state": "WARNING"})
    run = run_of(flow(fail("a"), errors=(leave, task("n")), finally_=(task("f"),)))
    assert told(run) == ["a FAILED", "x WARNING"]
    assert run.execution.state is State.WARNING


def test_in_2_0_an_execution_that_begins_with_an_exit_never_was_running() -> None:
    run = run_of(flow(task("x", "Exit"), dialect=Dialect.V2_0))
    assert history(run) == ["CREATED", "SUCCESS"]


def test_a_flow_control_this_version_does_not_have_says_what_to_do() -> None:
    driver = Driver()
    strange = sequence("s", task("a"))
    run = driver.start(flow(msgspec.structs.replace(strange, type="com.example.Spiral", control="spiral")))
    driver.settle()
    assert told(run) == ["s FAILED"]
    ((_, _, level, message),) = driver.logs
    assert level == "ERROR"
    assert message.startswith(
        "Tasks of type com.example.Spiral cannot be run: its plugin needs the flow control 'spiral'"
    )
    assert "install a version of the plugin made for this one" in message
