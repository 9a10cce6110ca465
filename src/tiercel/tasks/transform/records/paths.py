"""Paths into records: ``customer.address.city``, ``items[0]``, ``items[].price``, ``user["first name"]``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tiercel.plugins import Json, TaskError

Evaluate = Callable[[dict[str, Json]], Json]


class Missing(Enum):
    """What stands for a field that is not there."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path.

    Attributes:
        name: Of the field; None for a step into a list.
        index: Of the item.
        is_each: Every item of the list, each going on by itself.
    """

    name: str | None
    index: int = 0
    is_each: bool = False


def path_reader(steps: Sequence[Step]) -> Evaluate:
    """Give what follows a path; it gives `MISSING` where there is nothing."""
    if len(steps) == 1 and steps[0].name is not None:
        name = steps[0].name
        return lambda record: record.get(name, MISSING)
    return lambda record: _follow(record, steps, 0)


def without_path(record: dict[str, Json], names: Sequence[str]) -> dict[str, Json]:
    """Copy a record but for the field at a path; fields that lie in others are copied as far as needed."""
    first, rest = names[0], names[1:]
    if not rest:
        return {name: value for name, value in record.items() if name != first}
    inner = record.get(first)
    return {**record, first: without_path(inner, rest)} if isinstance(inner, dict) else record


def _follow(value: Json, steps: Sequence[Step], at: int) -> Json:
    for number in range(at, len(steps)):
        if value is None or value is MISSING:
            return MISSING if value is MISSING else None
        step = steps[number]
        if step.name is not None:
            if not isinstance(value, dict):
                raise TaskError(f"Field {step.name} cannot be looked up in what has no fields")
            value = value.get(step.name, MISSING)
            continue
        if not isinstance(value, list):
            mark = "[]" if step.is_each else f"[{step.index}]"
            raise TaskError(f"A list is needed at {_told(steps[:number])}{mark}")
        if step.is_each:
            return value if number == len(steps) - 1 else [_item(one, steps, number + 1) for one in value]
        value = value[step.index] if step.index < len(value) else None
    return value


def _item(value: Json, steps: Sequence[Step], at: int) -> Json:
    found = _follow(value, steps, at)
    return None if found is MISSING else found


def _told(steps: Sequence[Step]) -> str:
    parts = [f".{step.name}" if step.name else "[]" if step.is_each else f"[{step.index}]" for step in steps]
    return "".join(parts).lstrip(".")
