"""Every filter, function and test there is, by name: the tables of the groups, joined."""

from __future__ import annotations

from tiercel.expressions.filters import data, dates, encodings, lists, numbers, regexes, text
from tiercel.expressions.functions import (
    calendar,
    clock,
    crypto,
    data as data_functions,
    execution,
    host,
    ids,
    numbers as number_functions,
)
from tiercel.expressions.library import Filter, Function

# One line for each group: ``*text.FILTERS``.
_FILTER_GROUPS: tuple[Filter, ...] = (
    *text.FILTERS,
    *regexes.FILTERS,
    *lists.FILTERS,
    *numbers.FILTERS,
    *encodings.FILTERS,
    *dates.FILTERS,
    *data.FILTERS,
)
_FUNCTION_GROUPS: tuple[Function, ...] = (
    *number_functions.FUNCTIONS,
    *clock.FUNCTIONS,
    *calendar.FUNCTIONS,
    *ids.FUNCTIONS,
    *crypto.FUNCTIONS,
    *data_functions.FUNCTIONS,
    *execution.FUNCTIONS,
    *host.FUNCTIONS,
)

FILTERS: dict[str, Filter] = {entry.name: entry for entry in _FILTER_GROUPS}
FUNCTIONS: dict[str, Function] = {entry.name: entry for entry in _FUNCTION_GROUPS}
