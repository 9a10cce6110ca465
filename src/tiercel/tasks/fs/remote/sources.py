"""Which stored files an Uploads means: a list, a map of names, or a file that holds their URIs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath

from tiercel.plugins import Json, LogLevel, RunContext, TaskError
from tiercel.tasks.fs.remote.place import matcher
from tiercel.tasks.storage.ion import plain, read_rows

_SCHEMES = ("kestra://", "nsfile://", "file://")


def named_sources(
    ctx: RunContext, written: str | list[str] | dict[str, str], pattern: str | None, most: int
) -> list[tuple[str, str]]:
    """Give pairs of the name a file is to have and its URI.

    Raises:
        TaskError: Something is no URI.
    """
    fits = matcher(pattern)
    found = [(name, uri) for name, uri in _pairs(ctx, written) if fits(uri)]
    if len(found) > most:
        ctx.log.write(LogLevel.WARN, "There are %s files, and `maxFiles` takes %s of them", len(found), most)
    return found[:most]


def _pairs(ctx: RunContext, written: Json) -> Iterator[tuple[str, str]]:
    if isinstance(written, Mapping):
        for name, uri in written.items():
            yield str(name), _uri(uri)
    elif isinstance(written, list):
        for uri in written:
            yield PurePosixPath(_uri(uri)).name, uri
    elif written.lstrip()[:1] in {"[", "{"}:
        try:
            yield from _pairs(ctx, json.loads(written))
        except ValueError:
            raise TaskError("`from` must be a list or a map of URIs") from None
    else:
        yield from _listed(ctx, _uri(written))


def _listed(ctx: RunContext, uri: str) -> Iterator[tuple[str, str]]:
    """Give the files whose URIs a file holds; a file that holds something else is meant itself."""
    try:
        first = next(map(plain, islice(read_rows(ctx.files.open(uri)), 1)), None)
    except TaskError:
        first = None
    named = (
        next(iter(first.values() if isinstance(first, dict) else first), None)
        if isinstance(first, (list, dict))
        else first
    )
    if not isinstance(named, str) or not named.startswith(_SCHEMES):
        yield PurePosixPath(uri).name, uri
        return
    for row in map(plain, read_rows(ctx.files.open(uri))):
        yield from _pairs(ctx, [row] if isinstance(row, str) else row)


def _uri(value: Json) -> str:
    if not isinstance(value, str) or not value.startswith(_SCHEMES):
        raise TaskError(f"`from` must name stored files such as kestra:///..., not '{value}'")
    return value
