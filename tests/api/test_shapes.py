from __future__ import annotations

import pytest

from tiercel.api.errors import violation_shape
from tiercel.api.shapes.executions import execution_shape, state_shape
from tiercel.api.shapes.times import duration, instant
from tiercel.errors import Violation
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Attempt, Execution, TaskRun
from tiercel.model.state import State

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_500_000, "1970-01-01T00:00:01.500Z"),
        (1_720_761_222_140_007, "2024-07-12T05:13:42.140007Z"),
    ],
)
def test_instants(at, text):
    assert instant(at) == text


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "PT0S"),
        (133_000, "PT0.133S"),
        (3_600_000_000, "PT1H"),
        (123_500_000, "PT2M3.5S"),
        (90_061_000_001, "PT25H1M1.000001S"),
    ],
)
def test_durations(micros, text):
    assert duration(micros) == text


def test_a_live_state_has_no_end():
    shape = state_shape([(State.CREATED, 0), (State.RUNNING, SECOND)], State.RUNNING)
    assert shape == {
        "current": "RUNNING",
        "histories": [
            {"state": "CREATED", "date": "1970-01-01T00:00:00Z"},
            {"state": "RUNNING", "date": "1970-01-01T00:00:01Z"},
        ],
        "startDate": "1970-01-01T00:00:00Z",
    }


@pytest.mark.parametrize("state", [State.SUCCESS, State.PAUSED, State.KILLED])
def test_an_ended_or_paused_state_has_one(state):
    shape = state_shape([(State.CREATED, 0), (state, SECOND)], state)
    assert (shape["endDate"], shape["duration"]) == ("1970-01-01T00:00:01Z", "PT1S")


def test_an_execution_carries_its_task_runs_and_outputs():
    execution = Execution(
        id="e1",
        namespace="dev",
        flow_id="hello",
        revision=3,
        dialect=Dialect.V1_3,
        state=State.SUCCESS,
        history=[(State.CREATED, 0), (State.SUCCESS, SECOND)],
        outputs={"a": 1},
        labels=[("k", "v")],
    )
    run = TaskRun(
        id="t1",
        execution_id="e1",
        task_id="say",
        number=0,
        state=State.SUCCESS,
        history=[(State.CREATED, 0), (State.SUCCESS, 1)],
        attempts=[Attempt(history=[(State.CREATED, 0), (State.SUCCESS, 1)])],
        outputs={"value": "x"},
    )
    shape = execution_shape(execution, [run])
    assert shape["originalId"] == "e1"
    assert shape["labels"] == [{"key": "k", "value": "v"}]
    assert shape["outputs"] == {"a": 1}
    assert shape["taskRunList"][0]["outputs"] == {"value": "x"}
    assert shape["taskRunList"][0]["attempts"][0]["state"]["current"] == "SUCCESS"
    assert "parentId" not in shape
    assert "value" not in shape["taskRunList"][0]


def test_a_violation_has_its_place():
    shape = violation_shape(Violation("bad", path="tasks[0].type", line=3, column=5, hint="good", code="c"))
    assert shape == {
        "detail": "bad",
        "code": "c",
        "path": "tasks[0].type",
        "pointer": "/tasks/0/type",
        "line": 3,
        "column": 5,
        "hint": "good",
    }
