"""Records summed up by groups."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from tiercel.plugins import Json, Properties, Raw, RunContext, TaskError
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.transform.records.casting import TypeName, as_decimal, cast
from tiercel.tasks.transform.records.functions import least
from tiercel.tasks.transform.records.language import read_expression
from tiercel.tasks.transform.records.operators import Evaluate, add, divide
from tiercel.tasks.transform.records.paths import MISSING
from tiercel.tasks.transform.records.rows import Record, RecordsOutputs, RecordsTask, open_source

_FUNCTION = re.compile(r"\s*(\w+)\s*\((.*)\)\s*", re.DOTALL)


class AggregateDefinition(Properties):
    """What is summed up.

    Attributes:
        expr: ``count()``, or ``sum``, ``min``, ``max``, ``avg``, ``first`` or ``last`` of an expression.
        type: What its value is made to; as it is when nothing is said.
    """

    expr: str
    type: TypeName | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Json) -> Json:
        """Take a bare expression."""
        return {"expr": given} if isinstance(given, str) else given


class Aggregate(
    RecordsTask,
    type="io.kestra.plugin.transform.Aggregate",
    example="""
type: io.kestra.plugin.transform.Aggregate
from: "{{ outputs.orders.uri }}"
groupBy:
  - customer
  - country
aggregates:
  orders: count()
  total:
    expr: sum(amount)
    type: DECIMAL
""",
):
    """Groups records, and makes one record of each group. Groups are kept in memory, records are not.

    Attributes:
        from_: A record, a list of them, or the URI of a file with Ion rows.
        group_by: The fields whose values make a group.
        aggregates: What is summed up, by the names of the new fields: ``count()``, ``sum(x)``, ``min(x)``, ``max(x)``,
            ``avg(x)``, ``first(x)``, ``last(x)``; nulls are passed over.
        on_error: When a value cannot be summed up: fail, leave out its record, or make the new field null.
    """

    from_: Raw[Json] = Field(alias="from")
    group_by: list[str] = Field(min_length=1)
    aggregates: dict[str, AggregateDefinition | str] = Field(min_length=1)
    on_error: Literal["FAIL", "SKIP", "NULL"] = "FAIL"

    def run(self, ctx: RunContext) -> RecordsOutputs:
        """Group record by record, then give the groups."""
        source = open_source(ctx, self.from_, "from")
        columns = [_Column(name, given) for name, given in self.aggregates.items()]
        keys = {name: read_expression(name, "groupBy") for name in self.group_by}
        counts = Counter(processed=0, groups=0, failed=0)
        groups: dict[str, _Group] = {}
        for row in source.rows:
            counts["processed"] += 1
            values = {name: _known(evaluate(row)) for name, evaluate in keys.items()}
            group = groups.setdefault(json_line(list(values.values())), _Group(values, len(columns)))
            self._take_in(group, columns, row, counts)
        return self.give(ctx, self._rows(groups, columns, counts), counts, is_stored=source.is_stored)

    def _take_in(self, group: _Group, columns: list[_Column], row: Record, counts: Counter[str]) -> None:
        """Add a record to its group; one that cannot be added is left out as a whole where it is to be skipped."""
        states = list(group.states)
        for at, column in enumerate(columns):
            try:
                states[at] = states[at] if at in group.broken else column.take_in(states[at], row)
            except TaskError:
                counts["failed"] += 1
                if self.on_error == "FAIL":
                    raise
                if self.on_error == "SKIP":
                    return
                group.broken.add(at)
        group.states = states

    def _rows(self, groups: Mapping[str, _Group], columns: list[_Column], counts: Counter[str]) -> Iterator[Record]:
        for group in groups.values():
            row = dict(group.values)
            try:
                for at, column in enumerate(columns):
                    row[column.name] = self._result(column, group, at, counts)
            except TaskError:
                if self.on_error == "FAIL":
                    raise
                continue
            counts["groups"] += 1
            yield row

    def _result(self, column: _Column, group: _Group, at: int, counts: Counter[str]) -> Json:
        if at in group.broken:
            return None
        try:
            return column.result(group.states[at])
        except TaskError:
            counts["failed"] += 1
            if self.on_error == "NULL":
                return None
            raise


class _Group:
    """What is known of a group: its values, the state of each column, and the columns that failed."""

    def __init__(self, values: Record, width: int) -> None:
        self.values = values
        self.states: list[Json] = [None] * width
        self.broken: set[int] = set()


class _Column:
    """One new field."""

    def __init__(self, name: str, given: AggregateDefinition | str) -> None:
        definition = AggregateDefinition(expr=given) if isinstance(given, str) else given
        self.name = name
        self._where = f"aggregates.{name}"
        self._type = definition.type
        found = _FUNCTION.fullmatch(definition.expr)
        self._function = found[1].lower() if found else ""
        argument = found[2].strip() if found else ""
        if self._function not in _STEPS or bool(argument) == (self._function == "count"):
            wanted = "count(), or sum, min, max, avg, first or last of an expression"
            raise TaskError(f"{self._where}: '{definition.expr[:100]}' is not {wanted}")
        self._evaluate: Evaluate = read_expression(argument, self._where) if argument else lambda _: True

    def take_in(self, state: Json, row: Record) -> Json:
        """Give the state after one more record."""
        try:
            value = _known(self._evaluate(row))
            return state if value is None else _STEPS[self._function](state, value)
        except TaskError as error:
            raise TaskError(f"{self._where}: {error}") from None

    def result(self, state: Json) -> Json:
        """Give the value at the end."""
        if self._function == "avg":
            state = None if state is None else divide(state[0], Decimal(state[1]))
        elif state is None and self._function in {"count", "sum"}:
            state = 0
        try:
            return cast(state, self._type) if self._type else state
        except TaskError as error:
            raise TaskError(f"{self._where}: {error}") from None


def _sum(state: Json, value: Json) -> Json:
    return add(state or Decimal(0), as_decimal(value) or Decimal(0))


def _average(state: Json, value: Json) -> Json:
    return (_sum(state and state[0], value), 1 + (state[1] if state else 0))


_STEPS: Mapping[str, Callable[[Json, Json], Json]] = {
    "count": lambda state, _: (state or 0) + 1,
    "sum": _sum,
    "avg": _average,
    "min": lambda state, value: least((state, value)),
    "max": lambda state, value: least((state, value), is_greatest=True),
    "first": lambda state, value: value if state is None else state,
    "last": lambda _, value: value,
}


def _known(value: Json) -> Json:
    return None if value is MISSING else value
