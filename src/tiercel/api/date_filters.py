"""Which dates of a list a span of time is about: ``dateFilter`` beside filters on ``startDate`` and ``endDate``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from tiercel.api.errors import RequestError
from tiercel.repository.query import Condition, Group

SPAN = frozenset({"startDate", "endDate", "timeRange"})
EXECUTION_DATES: Mapping[str, Sequence[str]] = {
    "START_DATE": ("startDate",),
    "END_DATE": ("endDate",),
    "START_OR_END_DATE": ("startDate", "endDate"),
}
TRIGGER_DATES: Mapping[str, Sequence[str]] = {
    "NEXT_EXECUTION_DATE": ("nextExecutionDate",),
    "LAST_TRIGGERED_DATE": ("lastTriggeredDate",),
}


def dates_of(name: str | None, known: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Give the fields that the span is about; none when nothing is said.

    Raises:
        RequestError: It says something else.
    """
    if name is None:
        return ()
    if name not in known:
        message = f"dateFilter is one of {', '.join(known)}, not '{name}'"
        raise RequestError(422, "invalid-argument", message)
    return known[name]


def within_span(where: tuple[Condition, ...], fields: Sequence[str]) -> tuple[Condition, ...]:
    """Give conditions whose span of time holds for one of the fields, whichever date it named."""
    dated = tuple(condition for condition in where if _is_dated(condition))
    if not fields or not dated:
        return where
    others = tuple(condition for condition in where if not _is_dated(condition))
    spans = [tuple(_about(condition, field) for condition in dated) for field in fields]
    return (*others, *spans[0]) if len(spans) == 1 else (*others, Group(tuple(map(Group, spans)), is_any=True))


def _is_dated(condition: Condition) -> bool:
    if isinstance(condition, Group):
        return any(map(_is_dated, condition.members))
    return condition.field in SPAN


def _about(condition: Condition, field: str) -> Condition:
    if isinstance(condition, Group):
        return structs.replace(condition, members=tuple(_about(member, field) for member in condition.members))
    return structs.replace(condition, field=field) if _is_dated(condition) else condition
