"""The time."""

from __future__ import annotations

from tiercel.expressions.context import Context
from tiercel.expressions.dates import own_moment
from tiercel.expressions.filters.dates import written
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.values import Value


def _now(context: Context, arguments: Arguments) -> Value:
    return written(context, own_moment(context.host.now()), arguments)


FUNCTIONS: tuple[Function, ...] = (Function("now", _now, ("format", "timeZone", "existingFormat", "locale")),)
