"""Regular expressions that users write, in the dialect of flows (Java's) and never without an end."""

from __future__ import annotations

from collections.abc import Callable

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.java_regex import compile_pattern
from tiercel.plugins.failure import TaskError

_SECONDS = 2.0

Find = Callable[[str], regex.Match[str] | None]


def searching(pattern: str, name: str) -> tuple[Find, int]:
    """Give what finds a pattern in a text, and how many groups it has.

    Args:
        pattern: What to look for.
        name: Of the property that holds it, for the message.

    Raises:
        TaskError: It is no regular expression. What is given raises it too, when a text takes too long.
    """
    compiled = _compiled(pattern, name)
    return _bounded(compiled.search, pattern, name), compiled.groups


def fitting(pattern: str, name: str) -> Callable[[str], bool]:
    """Give what tells whether a whole text fits a pattern; arguments and errors are those of `searching`."""
    find = _bounded(_compiled(pattern, name).fullmatch, pattern, name)
    return lambda text: find(text) is not None


def _compiled(pattern: str, name: str) -> regex.Pattern[str]:
    try:
        return compile_pattern(pattern)
    except ExpressionError as error:
        raise TaskError(f"{name}: {error}") from None


def _bounded(find: Callable[..., regex.Match[str] | None], pattern: str, name: str) -> Find:
    def bounded(text: str) -> regex.Match[str] | None:
        try:
            return find(text, timeout=_SECONDS)
        except TimeoutError:
            raise TaskError(f"{name}: {pattern!r} takes too long to match, write a simpler one") from None

    return bounded
