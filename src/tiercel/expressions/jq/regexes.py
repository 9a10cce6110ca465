"""jq's functions of regular expressions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.jq.values import JqError, array, describe, text
from tiercel.expressions.patterns import compile_foreign
from tiercel.expressions.values import Value

_FLAGS = {"i": regex.IGNORECASE, "x": regex.VERBOSE, "s": regex.DOTALL, "n": 0, "l": 0, "p": regex.DOTALL, "g": 0}


def is_found(context: Context, value: Value, pattern: Value, flags: Value = None) -> Value:
    """Tell whether the pattern is found."""
    return next(_found(context, value, pattern, flags), None) is not None


def matches(context: Context, value: Value, pattern: Value, flags: Value = None) -> Value:
    """List the matches as jq describes them; the first alone without the flag ``g``."""
    return [_match_object(match) for match in _found(context, value, pattern, flags)]


def capture(context: Context, value: Value, pattern: Value, flags: Value = None) -> Value:
    """List the named groups of the matches."""
    return [dict(match.groupdict()) for match in _found(context, value, pattern, flags)]


def split_by(context: Context, value: Value, pattern: Value, flags: Value) -> Value:
    """Cut text at the matches."""
    parts: list[Value] = []
    start, source = 0, text("split", value)
    for match in _found(context, value, pattern, f"g{flags or ''}"):
        parts.append(source[start : match.start()])
        start = match.end()
    parts.append(source[start:])
    return parts


def _found(context: Context, value: Value, pattern: Value, flags: Value) -> Iterator[regex.Match[str]]:
    if isinstance(pattern, list):
        pattern, flags = (*array("a pattern with flags", pattern), None, None)[:2]
    letters = "" if flags is None else text("the flags of a pattern", flags)
    compiled = _compiled(text("a pattern", pattern), letters)
    try:
        for match in compiled.finditer(text("a search", value), timeout=context.limits.regex_seconds):
            context.spend(1)
            if not match[0] and ("n" in letters or 0 < match.start() == len(match.string)):
                continue
            yield match
            if "g" not in letters:
                return
    except TimeoutError:
        raise ExpressionError("budget", f"jq: searching for {pattern!r} takes too long") from None


@lru_cache(maxsize=256)
def _compiled(pattern: str, letters: str) -> regex.Pattern[str]:
    flags = 0
    for letter in letters:
        if letter not in _FLAGS:
            raise JqError(f"{letters} are no flags of a pattern; {''.join(_FLAGS)} are")
        flags |= _FLAGS[letter]
    try:
        return compile_foreign(pattern, flags | regex.V1)
    except regex.error as error:
        raise JqError(f"{describe(pattern)} is no pattern: {error}") from None


def _match_object(match: regex.Match[str]) -> Value:
    names = {index: name for name, index in match.re.groupindex.items()}
    captures: list[Value] = [
        _span(match, index) | {"name": names.get(index)} for index in range(1, match.re.groups + 1)
    ]
    return {**_span(match, 0), "captures": captures}


def _span(match: regex.Match[str], group: int) -> dict[str, Value]:
    found = match[group]
    return {"offset": match.start(group), "length": 0 if found is None else len(found), "string": found}
