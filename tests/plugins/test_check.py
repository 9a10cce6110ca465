from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import pytest
from pydantic import Field

from tiercel.errors import Violation
from tiercel.model.json import Json
from tiercel.plugins import LogLevel, Properties, Static, Task
from tiercel.plugins.check import check_properties

WRONG_DURATION = "'1h' is not a duration such as PT1H30M or P1DT12H"


class Limits(Properties):
    size: int
    wait: timedelta | None = None


class Greet(Task, type="com.acme.Greet"):
    name: str
    level: LogLevel = LogLevel.INFO
    count: Annotated[int, Field(ge=1)] = 1
    tags: dict[str, str] | None = None
    limits: Limits | None = None
    lines: str | list[str] | None = None
    fixed: Static[bool] = False


class Compatible(Task, type="io.kestra.test.Compatible"):
    level: LogLevel = LogLevel.INFO
    limits: Limits | None = None


def found(written: dict[str, Json]) -> list[tuple[str, str]]:
    return [(violation.path, violation.message) for violation in check_properties(Greet, {"name": "x", **written})]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, []),
        ({"name": "{{ inputs.name }}", "level": "{{ x }}", "count": "{{ y }}"}, []),
        ({"name": None}, [("name", "must not be null")]),
        ({"level": "WRN"}, [("level", "'WRN' is not one of TRACE, DEBUG, INFO, WARN, ERROR")]),
        ({"count": "many"}, [("count", "'many' is not a whole number")]),
        ({"count": 0}, [("count", "Input should be greater than or equal to 1")]),
        ({"tags": ["a"]}, [("tags", "must be a map")]),
        ({"tags": '{"a": 1}'}, []),
        ({"tags": "a"}, [("tags", "must be a map, or a text that renders to one in JSON")]),
        ({"limits": {"size": "x"}}, [("limits.size", "'x' is not a whole number")]),
        ({"limits": {}}, [("limits.size", "must not be null")]),
        ({"limits": {"size": 1, "wiat": 2}}, [("limits.wiat", 'Unrecognized field "wiat"')]),
        ({"lines": {"b": 1}}, [("lines", "a map is not expected here")]),
        ({"lines": ["a", 1]}, []),
        ({"name": {"a": [1]}}, []),
        ({"limits": {"size": 1, "wait": "1h"}}, [("limits.wait", WRONG_DURATION)]),
        ({"fixed": "{{ true }}"}, [("fixed", "takes no expression: it is read when the flow is saved")]),
    ],
)
def test_everything_without_expressions_is_checked(written: dict[str, Json], expected: list[tuple[str, str]]) -> None:
    assert found(written) == expected


def test_the_nearest_name_is_hinted_at() -> None:
    violations = check_properties(Greet, {"name": "x", "limits": {"size": 1, "wiat": 2}, "level": "WRN"})
    assert [violation.hint for violation in violations] == ["did you mean WARN?", "did you mean wait?"]


def test_all_problems_are_told_at_once() -> None:
    assert len(found({"level": "WRN", "count": "many", "tags": 1})) == 3


def test_types_of_kestra_store_values_that_fail_only_when_they_run() -> None:
    def errors(written: dict[str, Json]) -> list[Violation]:
        return [violation for violation in check_properties(Compatible, written) if violation.is_error]

    assert errors({"level": "LOUD"}) == []
    assert check_properties(Compatible, {"level": "LOUD"})
    assert errors({"limits": {"size": 1, "wiat": 2}})
