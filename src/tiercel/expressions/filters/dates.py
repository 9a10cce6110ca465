"""Filters on dates. They read dates, text and numbers alike and work in a zone: the one given, or the system's."""

from __future__ import annotations

from collections.abc import Callable

import regex

from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.date_arithmetic import add_to_date
from tiercel.expressions.date_formats import format_date
from tiercel.expressions.date_parsing import compile_reader
from tiercel.expressions.dates import Moment, Zone, find_zone, read_date, read_text, zone_of
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.values import NANOS, Value

_WHOLE = regex.compile(r"[+-]?[0-9]{1,18}")
_ISO_NAMES = frozenset({"iso_date_time", "iso_zoned_date_time", "iso_local_date_time"})
_FORMATTED = ("format", "timeZone", "existingFormat", "locale")


def moment_of(context: Context, value: Value, arguments: Arguments) -> Moment:
    """Read a value as a date; what has no zone of its own is in the one the arguments ask for."""
    zone = zone_for(context, arguments)
    if not isinstance(value, str):
        return read_date(value, zone)
    pattern = expect.given_text(arguments, "existingFormat")
    if pattern is None or pattern in _ISO_NAMES:
        return read_text(value, zone)
    return compile_reader(pattern).read(value, zone)


def zone_for(context: Context, arguments: Arguments) -> Zone:
    """Give the zone asked for with ``timeZone``, or the system's."""
    name = expect.given_text(arguments, "timeZone")
    return zone_of(context.host.now()) if name is None else find_zone(name)


def written(context: Context, moment: Moment, arguments: Arguments) -> str:
    """Write a moment in the zone, format and language asked for."""
    pattern = expect.given_text(arguments, "format")
    moment = moment.in_zone(zone_for(context, arguments))
    return format_date(moment, "iso" if pattern is None else pattern, expect.given_text(arguments, "locale"))


def _date(context: Context, value: Value, arguments: Arguments) -> Value:
    return None if value is None else written(context, moment_of(context, value, arguments), arguments)


def _date_add(context: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    amount = arguments.get("amount")
    if isinstance(amount, str):
        amount = _whole(amount)
    amount = expect.cut_number("dateAdd", amount)
    unit = expect.needed_text("dateAdd", arguments, "unit")
    moment = moment_of(context, value, arguments)
    return written(context, add_to_date(moment, amount, unit), arguments)


def _whole(text: str) -> Value:
    """Read an amount given as text; what is none is left to be refused."""
    return int(text) if _WHOLE.fullmatch(text) else text


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
