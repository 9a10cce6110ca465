"""The time."""

from __future__ import annotations

from tiercel.expressions.context import Context
from tiercel.expressions.dates import read_date
from tiercel.expressions.filters.dates import written, zone_for
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.values import Value


def _now(context: Context, arguments: Arguments) -> Value:
    return written(read_date(context.host.now(), zone_for(context, arguments)), arguments)


FUNCTIONS: tuple[Function, ...] = (Function("now", _now, ("format", "timeZone", "existingFormat", "locale")),)
