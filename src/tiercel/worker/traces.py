"""Where in a program an attempt failed: by module and line, never by the folders of the installation."""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Iterator
from types import FrameType

from tiercel.worker.lines import storable

_FIRST, _LAST = 5, 20
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n"


def failure_trace(error: BaseException) -> str:
    """Say where an attempt failed, for those who look closely; of a deep stack the middle is left out."""
    return "\n".join(_chain(error, set())).rstrip()


def named(error: BaseException) -> str:
    """Give the kind and the text of an error."""
    text = text_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def text_of(error: BaseException) -> str:
    """Give the text of an error, also when making it fails."""
    try:
        return storable(str(error))
    except Exception as other:  # noqa: BLE001 (the error is the plugin's, and so is what makes its text)
        return f"(its text cannot be made: {type(other).__name__})"


def _chain(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _chain(before, seen)
        yield _CAUSE if error.__cause__ is before else _CONTEXT
    frames = list(traceback.walk_tb(error.__traceback__))
    if frames:
        yield "Traceback (most recent call last):"
    left_out = len(frames) - _FIRST - _LAST
    for number, (frame, line) in enumerate(frames):
        if left_out <= 0 or number < _FIRST or number >= len(frames) - _LAST:
            yield from _told(frame, line)
        elif number == _FIRST:
            yield f"  ... {left_out} more ..."
    # Python's own form of a SyntaxError would name the file.
    yield named(error)


def _told(frame: FrameType, line: int) -> Iterator[str]:
    code = frame.f_code
    yield f"  {frame.f_globals.get('__name__', 'unknown')}, line {line}, in {code.co_name}"
    text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
    if text:
        yield f"    {text}"
