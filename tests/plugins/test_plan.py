from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field

from tiercel.errors import ExpressionError, InvalidError
from tiercel.expressions.values import Instant
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.plugins import LogLevel, Native, Properties, Raw, Static, Task
from tiercel.plugins.plan import plan_properties
from tiercel.testing.memory_host import MemoryHost


class Options(Properties):
    timeout: timedelta | None = None
    retries: int = 3
    title: str | None = None
    zone: str = "UTC"


class Everything(Task, type="test.Everything"):
    text: str | None = None
    number: int | None = None
    ratio: float | None = None
    flag: bool = True
    wait: timedelta | None = None
    at: datetime | None = None
    level: LogLevel = LogLevel.INFO
    names: list[str] | None = None
    counts: dict[str, int] | None = None
    options: Options | None = None
    anything: Json = None
    raw: Raw[str | None] = None
    native: Native[Json] = None
    fixed: Static[int] = 1
    lines: str | list[str] | None = None
    where: str = "{{ flow.namespace }}"


@pytest.fixture
def host(tmp_path: Path) -> MemoryHost:
    host = MemoryHost(tmp_path)
    host.variables["inputs"] = {"n": 5, "text": "hello", "list": [1, 2], "map": {"a": 1}, "none": None}
    return host


def rendered(host: MemoryHost, **properties: Json) -> Everything:
    return plan_properties(Everything, properties, host.dialect).render(host.context())


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        ("text", "{{ inputs.text }}!", "hello!"),
        ("text", 5, "5"),
        ("text", True, "true"),
        ("text", 1.5, "1.5"),
        ("text", [1, "{{ inputs.n }}"], '[1,"5"]'),
        ("text", {"a": "{{ inputs.n }}"}, '{"a":"5"}'),
        ("text", "{{ null }}", ""),
        ("number", "{{ inputs.n }}", 5),
        ("number", "5.5", 5),
        ("number", "1e3", 1000),
        ("number", 7, 7),
        ("number", "{{ '' }}", None),
        ("ratio", "{{ 1 }}", 1.0),
        ("flag", "{{ false }}", False),
        ("flag", "0", False),
        ("flag", "{{ null }}", True),
        ("wait", "PT1M", timedelta(minutes=1)),
        ("wait", "10.5", timedelta(seconds=10.5)),
        ("wait", 90, timedelta(seconds=90)),
        ("at", "1767225600", datetime(2026, 1, 1, tzinfo=UTC)),
        ("wait", "{{ 'pt1h' }}", timedelta(hours=1)),
        ("at", "2026-01-01T02:00:00+02:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("level", "{{ 'WARN' }}", LogLevel.WARN),
        ("names", ["a", "{{ inputs.text }}"], ["a", "hello"]),
        ("names", '["a", "{{ inputs.text }}"]', ["a", "hello"]),
        ("names", "{{ inputs.list }}", ["1", "2"]),
        ("counts", {"{{ inputs.text }}": "{{ inputs.n }}"}, {"hello": 5}),
        ("counts", "{{ inputs.map }}", {"a": 1}),
        ("anything", {"a": ["{{ inputs.n }}", 1]}, {"a": ["5", 1]}),
        ("anything", {"a": None, "b": 1}, {"b": 1}),
        ("raw", "{{ inputs.n }}", "{{ inputs.n }}"),
        ("native", "{{ inputs.map }}", {"a": 1}),
        ("native", "{{ inputs.none }}", None),
        ("native", "n{{ inputs.n }}", "n5"),
        ("native", {"a": 1}, '{"a":1}'),
        ("lines", "{{ inputs.list }}", "[1,2]"),
        ("lines", ["{{ inputs.n }}"], ["5"]),
        ("where", None, "company.team"),
    ],
)
def test_a_property_becomes_a_value_of_its_type(host: MemoryHost, field: str, written: Json, expected: Any) -> None:
    assert getattr(rendered(host, **{field: written}), field) == expected


def test_native_values_are_plain_data(host: MemoryHost) -> None:
    host.variables["at"] = Instant(1_767_225_600, 500_000_000)
    assert rendered(host, native="{{ {'at': [at]} }}").native == {"at": ["2026-01-01T00:00:00.500Z"]}


def test_groups_are_rendered_inside(host: MemoryHost) -> None:
    options = rendered(host, options={"timeout": "PT{{ inputs.n }}S"}).options
    assert options == Options(timeout=timedelta(seconds=5), retries=3)


def test_a_group_may_be_one_expression(host: MemoryHost) -> None:
    host.variables["inputs"]["options"] = {"timeout": "PT2S", "retries": 1}
    options = rendered(host, options="{{ inputs.options }}").options
    assert options == Options(timeout=timedelta(seconds=2), retries=1)


def test_the_first_of_equal_keys_wins(host: MemoryHost) -> None:
    assert rendered(host, counts={"{{ 'a' }}": 1, "a": 2}).counts == {"a": 1}


def test_2_0_leaves_out_what_renders_to_null(host: MemoryHost) -> None:
    written = {"a": "{{ null }}", "b": "{{ '' }}"}
    assert rendered(host, anything=written).anything == {"a": "", "b": ""}
    host.dialect = Dialect.V2_0
    assert rendered(host, anything=written).anything == {"b": ""}


@pytest.mark.parametrize(
    ("field", "written", "message"),
    [
        ("number", "many", "number: 'many' is not a whole number"),
        ("number", True, "number: 'true' is not a whole number"),
        ("flag", "yes", "flag: 'yes' is not true or false"),
        ("wait", "PT99999999999H", "wait: 'PT99999999999H' is not a duration such as PT1H30M or P1DT12H"),
        ("at", "2026-01-01", "at: '2026-01-01' is not a date with time and offset such as 2026-01-31T10:00:00Z"),
        ("wait", "1h", "wait: '1h' is not a duration such as PT1H30M or P1DT12H"),
        ("names", {"a": 1}, "names: a list is expected here"),
        ("counts", [1], "counts: a map is expected here"),
        ("lines", {"a": 1}, "lines: a map is not expected here"),
        ("fixed", "{{ 1 }}", "fixed: '{{ 1 }}' is not a whole number"),
    ],
)
def test_a_literal_that_cannot_be_read_is_refused_when_planned(
    host: MemoryHost, field: str, written: Json, message: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        plan_properties(Everything, {field: written}, host.dialect)
    assert str(caught.value) == message


def test_a_rendered_value_that_cannot_be_read_is_refused_with_its_property(host: MemoryHost) -> None:
    with pytest.raises(InvalidError, match="number: 'hello' is not a whole number"):
        rendered(host, number="{{ inputs.text }}")
    with pytest.raises(InvalidError, match="level"):
        rendered(host, level="{{ 'LOUD' }}")


def test_a_missing_variable_fails_the_rendering(host: MemoryHost) -> None:
    with pytest.raises(ExpressionError, match="nope"):
        rendered(host, text="{{ nope }}")


def test_what_is_required_must_be_there(host: MemoryHost) -> None:
    class Needy(Task, type="test.Needy"):
        name: str

    with pytest.raises(InvalidError, match="name: must not be null"):
        plan_properties(Needy, {}, host.dialect)
    with pytest.raises(InvalidError, match="name: must not be null"):
        plan_properties(Needy, {"name": None}, host.dialect)


def test_bounds_are_checked_after_rendering(host: MemoryHost) -> None:
    class Bounded(Task, type="test.Bounded"):
        size: Annotated[int, Field(ge=1)]

    with pytest.raises(InvalidError, match="size"):
        plan_properties(Bounded, {"size": "{{ 0 }}"}, host.dialect).render(host.context())


def test_names_the_class_does_not_know_are_passed_over(host: MemoryHost) -> None:
    assert rendered(host, text="x", unknown=1).text == "x"
