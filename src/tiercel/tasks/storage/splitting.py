"""Cutting a file into several, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import regex

from tiercel.plugins import RunContext, TaskError, searching

_SIZE = regex.compile(r"(\d+)(KB|MB|GB)?", regex.IGNORECASE)
_UNITS = {"": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


@dataclass(frozen=True, slots=True)
class SplitRules:
    """How to cut: the first of pattern, partitions, rows and bytes that is given."""

    rows: int | None
    size: str | None
    partitions: int | None
    pattern: str | None
    separator: str


def split_file(ctx: RunContext, uri: str, rules: SplitRules) -> list[str]:
    """Cut a file and give the URIs of the pieces in order.

    Raises:
        TaskError: No rule is given, or one is wrong.
    """
    separator = rules.separator.replace("\\n", "\n").encode()
    lines = (line + separator for line in read_lines(ctx.files.open(uri)))
    extension = PurePosixPath(uri).suffix
    if rules.pattern is not None:
        pieces = _by_pattern(lines, rules.pattern)
    elif rules.partitions is not None:
        pieces = _by_turns(lines, rules.partitions)
    elif rules.rows is not None:
        pieces = _by_rows(lines, rules.rows)
    elif rules.size is not None:
        pieces = _by_size(lines, size_bytes(rules.size))
    else:
        raise TaskError("Nothing says how to split: give one of bytes, partitions, rows and regexPattern")
    return [ctx.files.write(ctx.files.new_name(extension), piece) for piece in pieces]


def read_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Give the lines of a stream without what ends them; memory is that of the longest line."""
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest


def size_bytes(text: str) -> int:
    """Read ``10MB`` or ``100``; a unit is a power of 1024.

    Raises:
        TaskError: It is no size.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise TaskError(f"Invalid size with value '{text}': give a number of bytes, or one with KB, MB or GB")
    return int(match[1]) * _UNITS[(match[2] or "").upper()]


def _by_rows(lines: Iterator[bytes], count: int) -> Iterator[Iterable[bytes]]:
    if count < 1:
        raise TaskError(f"rows must be 1 or more, not {count}")
    piece: list[bytes] = []
    for line in lines:
        piece.append(line)
        if len(piece) == count:
            yield piece
            piece = []
    if piece:
        yield piece


def _by_size(lines: Iterator[bytes], most: int) -> Iterator[Iterable[bytes]]:
    piece: list[bytes] = []
    size = 0
    for line in lines:
        if piece and size + len(line) > most:
            yield piece
            piece, size = [], 0
        piece.append(line)
        size += len(line)
    if piece:
        yield piece


def _by_turns(lines: Iterator[bytes], count: int) -> Iterator[Iterable[bytes]]:
    if count < 1:
        raise TaskError(f"partitions must be 1 or more, not {count}")
    pieces: list[list[bytes]] = [[] for _ in range(count)]
    for index, line in enumerate(lines):
        pieces[index % count].append(line)
    return (piece for piece in pieces if piece)


def _by_pattern(lines: Iterator[bytes], pattern: str) -> Iterator[Iterable[bytes]]:
    find, groups = searching(pattern, "regexPattern")
    if not groups:
        raise TaskError("regexPattern needs a group: what it finds decides which file a line goes to")
    pieces: dict[str, list[bytes]] = {}
    for line in lines:
        match = find(line.decode(errors="replace").rstrip("\r\n"))
        if match:
            pieces.setdefault(match[1], []).append(line)
    return iter(pieces.values())
