"""Regular expressions from outside, compiled.

The library knows more than the dialects our users write: a pattern there may call itself, and one that does so before
it took a letter goes on until the memory is full, which no limit of time can stop. Neither Java nor SQL has such calls.
"""

from __future__ import annotations

import regex

_CALL = regex.compile(r"(?<!\\)(?:\\\\)*+\(\?(?:R|[+-]?\d|&|P>)")


def compile_foreign(pattern: str, flags: int = 0) -> regex.Pattern[str]:
    """Compile a pattern that somebody else wrote.

    Raises:
        regex.error: It is none, or asks for more than patterns may.
    """
    if _CALL.search(pattern) is not None:
        raise regex.error("a pattern may not call itself or its groups", pattern)
    try:
        return regex.compile(pattern, flags)
    except (RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise regex.error(f"it is too much: {error}", pattern) from None
