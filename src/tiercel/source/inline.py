"""Whether a task may run inside the executor's pass."""

from __future__ import annotations

import functools
import re

from tiercel.expressions import IO_FUNCTIONS
from tiercel.model.json import Json

# What these render again, or read, is not known here.
_READ_ALL = frozenset({"render", "renderOnce", "fetchContext", "printContext"})


def names_io_function(value: Json) -> bool:
    """Whether any template in a structure may call a function that asks the host and can block.

    The text is searched, not compiled: a word that only looks like such a call sends the task to a worker, where it
    does the same.
    """
    if isinstance(value, str):
        return "{" in value and _pattern().search(value) is not None
    if isinstance(value, dict):
        return any(names_io_function(key) or names_io_function(item) for key, item in value.items())
    if isinstance(value, list):
        return any(names_io_function(item) for item in value)
    return False


@functools.cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted({*IO_FUNCTIONS, *_READ_ALL}))
    return re.compile(rf"\b(?:{names})\s*\(")
