"""Archives of the Unix tool ar: heads of 60 bytes, names longer than 15 in BSD's form."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from tiercel.tasks.compress.section import Section

_MAGIC = b"!<arch>\n"
_HEAD_BYTES = 60
_END = b"`\n"
_LONG = "#1/"
_LONGEST_NAME = 15


def write(target: IO[bytes], files: Mapping[str, Path]) -> None:
    """Write files by the name they are to have."""
    target.write(_MAGIC)
    for name, path in files.items():
        encoded = name.encode()
        is_short = len(encoded) <= _LONGEST_NAME and not any(mark in name for mark in " /")
        before = b"" if is_short else encoded
        size = path.stat().st_size + len(before)
        shown = f"{name}/" if is_short else f"{_LONG}{len(before)}"
        target.write(f"{shown:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{size:<10}".encode() + _END + before)
        with path.open("rb") as file:
            shutil.copyfileobj(file, target)
        target.write(b"\n" * (size % 2))


def read(source: IO[bytes]) -> Iterator[tuple[str, Section]]:
    """Give name and content of each file.

    Raises:
        ValueError: It is no such archive.
    """
    if source.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("it does not begin as such")
    names = b""
    while head := source.read(_HEAD_BYTES):
        if len(head) < _HEAD_BYTES or head[-2:] != _END:
            raise ValueError("a head is damaged")
        name, size = head[:16].decode(errors="replace").rstrip(), int(head[48:58])
        content = Section(source, size)
        if name == "//":
            names = content.read()
        elif name.startswith(_LONG):
            name = content.read(int(name[len(_LONG) :])).decode(errors="replace").rstrip("\0")
            yield name, content
        elif name.startswith("/") and name[1:].isdigit():
            yield names[int(name[1:]) :].split(b"\n")[0].decode(errors="replace").removesuffix("/"), content
        elif name != "/":
            yield name.removesuffix("/"), content
        content.skip()
        source.read(size % 2)
