"""Listeners of 1.x: those whose conditions hold run after the end."""

from __future__ import annotations

import pytest

from engine.building import fail, flow, task
from engine.driver import Driver
from engine.telling import told
from tiercel.model.event import RestartRequested
from tiercel.model.flow import ConditionDefinition, Listener
from tiercel.model.json import Json

STATUS = "io.kestra.plugin.core.condition.ExecutionStatus"


def listener(id_: str, type_: str = STATUS, /, **properties: Json) -> Listener:
    condition = ConditionDefinition(type=type_, properties=dict(properties))
    return Listener(id=id_, tasks=(task(f"on-{id_}"),), conditions=(condition,))


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_only_those_run_whose_conditions_hold(driver: Driver) -> None:
    always = Listener(id="always", tasks=(task("on-always"),))
    good, bad = listener("good", **{"in": ["SUCCESS"]}), listener("bad", **{"in": ["FAILED"]})
    run = driver.start(flow(task("a"), listeners=(bad, always, good)))
    driver.settle()
    assert told(run) == ["a SUCCESS", "on-always SUCCESS", "on-good SUCCESS"]
    assert driver.over == [run.execution.id]


def test_texts_of_conditions_are_rendered(driver: Driver) -> None:
    expression = "io.kestra.plugin.core.condition.Expression"
    not_ = "io.kestra.plugin.core.condition.Not"
    mine = listener("mine", expression, expression="{{ execution.state == 'SUCCESS' }}")
    other = listener("other", not_, conditions=[{"type": expression, "expression": "{{ flow.id == 'f' }}"}])
    run = driver.start(flow(task("a"), listeners=(mine, other)))
    driver.settle()
    assert told(run) == ["a SUCCESS", "on-mine SUCCESS"]


def test_what_cannot_be_tested_does_not_run_and_is_told(driver: Driver) -> None:
    expression = "io.kestra.plugin.core.condition.Expression"
    run = driver.start(flow(task("a"), listeners=(listener("lost", expression, expression="{{ nope }}"),)))
    driver.settle()
    assert told(run) == ["a SUCCESS"]
    assert run.execution.is_over
    assert any(level == "WARN" for _, _, level, _ in driver.logs)


def test_they_are_asked_again_after_a_restart(driver: Driver) -> None:
    run = driver.start(flow(fail("a"), listeners=(listener("bad", **{"in": ["FAILED"]}),)))
    driver.settle()
    assert told(run) == ["a FAILED", "on-bad SUCCESS"]
    driver.send(run.execution.id, RestartRequested(driver.now))
    driver.settle()
    assert told(run) == ["a FAILED", "on-bad SUCCESS"]
