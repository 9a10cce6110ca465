"""Every filter, function and test there is, by name: the tables of the groups, joined."""

from __future__ import annotations

from tiercel.expressions.library import Filter, Function

# One line for each group: ``*text.FILTERS``.
_FILTER_GROUPS: tuple[Filter, ...] = ()
_FUNCTION_GROUPS: tuple[Function, ...] = ()

FILTERS: dict[str, Filter] = {entry.name: entry for entry in _FILTER_GROUPS}
FUNCTIONS: dict[str, Function] = {entry.name: entry for entry in _FUNCTION_GROUPS}
