"""A schedule's definition, read once and used for every slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum

from tiercel.engine.conditions.evaluate import is_fixed, nested
from tiercel.engine.durations import microseconds
from tiercel.engine.schedule.timetable import CronTimetable, DatesTimetable, Timetable
from tiercel.errors import ExpressionError
from tiercel.expressions import Value, compile_template
from tiercel.expressions.coerce import coerce
from tiercel.expressions.functions.calendar import FUNCTIONS
from tiercel.expressions.values import ZonedDateTime
from tiercel.model.cron import parse_cron
from tiercel.model.dialect import Dialect
from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.zones import find_zone

MICROS = 1_000_000
_NANOS = 1_000
_DATE_NAMES = frozenset({"trigger", "schedule"})
_DATE_FUNCTIONS = frozenset(function.name for function in FUNCTIONS)


class Recovery(StrEnum):
    """Which slots missed while nothing ran are made up for."""

    ALL = "ALL"
    LAST = "LAST"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """A schedule, ready to be asked.

    Attributes:
        zone: In which its dates are shown.
        lateness: How late a slot may be, in microseconds; None = any.
        conditions: 1.x, all must hold at a slot.
        when: 2.0, must hold at a slot.
        fixed: Those of the conditions that are the same for every slot.
        is_when_fixed: Whether ``when`` is.
        is_dated: Whether they hold depends on the slot alone, so that a slot tested beforehand need not be again.
    """

    dialect: Dialect
    timetable: Timetable
    zone: tzinfo = UTC
    recovery: Recovery = Recovery.ALL
    lateness: int | None = None
    conditions: tuple[ConditionDefinition, ...] = ()
    when: str | None = None
    fixed: tuple[ConditionDefinition, ...] = ()
    is_when_fixed: bool = False
    is_dated: bool = False

    @property
    def is_conditional(self) -> bool:
        """Whether a slot may be one it does not fire at."""
        return bool(self.conditions) or self.when is not None


def _as_it_is(text: str) -> str:
    return text


def plan_schedule(
    trigger: TriggerDefinition,
    dialect: Dialect,
    *,
    zone: tzinfo = UTC,
    recovery: Recovery = Recovery.ALL,
    render: Callable[[str], str] = _as_it_is,
) -> SchedulePlan:
    """Read a trigger that fires at times.

    Args:
        trigger: With ``cron``, or with ``dates``.
        dialect: Of its flow.
        zone: Where the trigger names none.
        recovery: Where the trigger names none.
        render: Renders dates that hold expressions.

    Raises:
        ValueError: It is none, or one of its properties cannot be read.
    """
    given = trigger.properties
    name = given.get("timezone")
    zone = find_zone(str(name)) if name is not None else zone
    late = given.get("lateMaximumDelay")
    chosen = given.get("recoverMissedSchedules")
    conditions = (*trigger.conditions, *(found for _, found in nested(given, "scheduleConditions")))
    return SchedulePlan(
        dialect=dialect,
        timetable=_timetable(given, zone, render),
        zone=zone,
        recovery=recovery if chosen is None else Recovery(str(chosen)),
        lateness=None if late is None else microseconds(late),
        conditions=conditions,
        when=trigger.when,
        fixed=tuple(condition for condition in conditions if is_fixed(condition)),
        is_when_fixed=trigger.when is not None and not _sees_slot(trigger.when, dialect),
        is_dated=all(_is_dated(text, dialect) for text in _texts([trigger.when, *(c.properties for c in conditions)])),
    )


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)


def _is_dated(text: str, dialect: Dialect) -> bool:
    try:
        template = compile_template(text, dialect)
    except ExpressionError:
        return False
    return not template.reads_all and template.names <= _DATE_NAMES and template.functions <= _DATE_FUNCTIONS


def _sees_slot(text: str, dialect: Dialect) -> bool:
    try:
        template = compile_template(text, dialect)
    except ExpressionError:
        return True
    return template.reads_all or not template.names.isdisjoint(_DATE_NAMES)


def _timetable(given: dict[str, Json], zone: tzinfo, render: Callable[[str], str]) -> Timetable:
    cron, dates = given.get("cron"), given.get("dates")
    if isinstance(cron, str):
        return CronTimetable(parse_cron(cron, with_seconds=given.get("withSeconds") is True), zone)
    if isinstance(dates, str):
        read = coerce(render(dates), "List")
        dates = [str(item) for item in read] if isinstance(read, list) else None
    if not isinstance(dates, list):
        raise ValueError("a schedule needs a cron expression or dates")  # noqa: TRY004 (what is wrong is the text)
    return DatesTimetable(tuple(sorted({_date(render(str(date))) for date in dates})))


def _date(text: str) -> int:
    try:
        found = coerce(text, "ZonedDateTime")
    except ExpressionError as error:
        raise ValueError(str(error)) from None
    if not isinstance(found, ZonedDateTime):
        raise ValueError(f"{text!r} is not a date such as 2026-01-01T00:00:00Z")  # noqa: TRY004 (as above)
    return found.epoch_second * MICROS + found.nanosecond // _NANOS
