"""Filters on dates. They read dates, text and numbers alike and work in a zone: the one given, or the system's."""

from __future__ import annotations

from collections.abc import Callable

from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.date_arithmetic import add_to_date
from tiercel.expressions.date_formats import format_date
from tiercel.expressions.date_parsing import compile_reader
from tiercel.expressions.dates import Moment, Zone, find_zone, read_date, read_text, zone_of
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.text import java_text
from tiercel.expressions.values import NANOS, Value

_FORMATTED = ("format", "timeZone", "existingFormat", "locale")


def moment_of(context: Context, value: Value, arguments: Arguments) -> Moment:
    """Read a value as a date, in the zone the arguments ask for."""
    zone = zone_for(context, arguments)
    if not isinstance(value, str):
        return read_date(value, zone)
    pattern = expect.given_text(arguments, "existingFormat")
    return read_text(value, zone) if pattern is None else compile_reader(pattern).read(value, zone)


def zone_for(context: Context, arguments: Arguments) -> Zone:
    """Give the zone asked for with ``timeZone``, or the system's."""
    name = expect.given_text(arguments, "timeZone")
    return zone_of(context.host.now()) if name is None else find_zone(name)


def written(moment: Moment, arguments: Arguments) -> str:
    """Write a moment in the format and language asked for."""
    pattern = expect.given_text(arguments, "format")
    return format_date(moment, "iso" if pattern is None else pattern, expect.given_text(arguments, "locale"))


def _date(context: Context, value: Value, arguments: Arguments) -> Value:
    return None if value is None else written(moment_of(context, value, arguments), arguments)


def _date_add(context: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    amount = arguments.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, (int, str, float)):
        raise expect.refusal("dateAdd", "a whole number as its amount", amount)
    unit = expect.needed_text("dateAdd", arguments, "unit")
    moment = moment_of(context, value, arguments)
    return written(add_to_date(moment, java_text(amount), unit), arguments)


def _timestamp(name: str, of: Callable[[Moment], Value]) -> Filter:
    def call(context: Context, value: Value, arguments: Arguments) -> Value:
        return None if value is None else of(moment_of(context, value, arguments))

    return Filter(name, call, ("timeZone", "existingFormat"))


def _nanoseconds(moment: Moment) -> int:
    return moment.epoch_second * NANOS + moment.fraction


FILTERS: tuple[Filter, ...] = (
    Filter("date", _date, _FORMATTED),
    Filter("dateAdd", _date_add, ("amount", "unit", *_FORMATTED)),
    _timestamp("timestamp", lambda moment: moment.epoch_second),
    _timestamp("timestampMilli", lambda moment: _nanoseconds(moment) // 1_000_000),
    # The two finest are text: they were too wide for numbers once, and `+` joins them.
    _timestamp("timestampMicro", lambda moment: str(_nanoseconds(moment) // 1000)),
    _timestamp("timestampNano", lambda moment: str(_nanoseconds(moment))),
)
