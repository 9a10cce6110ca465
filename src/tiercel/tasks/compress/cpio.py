"""Archives of the Unix tool cpio, in the portable form without checksums (newc)."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from tiercel.tasks.compress.section import Section

_MAGIC = (b"070701", b"070702")
_FIELDS = 13
_HEAD_BYTES = 6 + 8 * _FIELDS
_MODE, _SIZE, _NAME_SIZE = 1, 6, 11
_LAST = "TRAILER!!!"
_LONGEST_NAME = 4096
_LARGEST = 0xFFFFFFFF


def write(target: IO[bytes], files: Mapping[str, Path]) -> None:
    """Write files by the name they are to have.

    Raises:
        ValueError: One is larger than 4 GiB.
    """
    for number, (name, path) in enumerate(files.items(), 1):
        size = path.stat().st_size
        if size > _LARGEST:
            raise ValueError(f"{name} is larger than the 4 GiB that CPIO has room for")
        _head(target, name, size, number)
        with path.open("rb") as file:
            shutil.copyfileobj(file, target)
        target.write(b"\0" * (-size % 4))
    _head(target, _LAST, 0, 0)


def read(source: IO[bytes]) -> Iterator[tuple[str, Section]]:
    """Give name and content of each file.

    Raises:
        ValueError: It is no such archive.
    """
    while True:
        head = source.read(_HEAD_BYTES)
        if len(head) < _HEAD_BYTES or head[:6] not in _MAGIC:
            raise ValueError("a head is damaged, or in a form that is not newc")
        fields = [int(head[6 + 8 * index : 14 + 8 * index], 16) for index in range(_FIELDS)]
        if fields[_NAME_SIZE] > _LONGEST_NAME:
            raise ValueError("a name is too long")
        name = source.read(fields[_NAME_SIZE])[:-1].decode(errors="replace")
        source.read(-(_HEAD_BYTES + fields[_NAME_SIZE]) % 4)
        if name == _LAST:
            return
        content = Section(source, fields[_SIZE])
        if stat.S_ISREG(fields[_MODE]):
            yield name, content
        content.skip()
        source.read(-fields[_SIZE] % 4)


def _head(target: IO[bytes], name: str, size: int, number: int) -> None:
    encoded = name.encode() + b"\0"
    fields = (number, 0o100644, 0, 0, 1, 0, size, 0, 0, 0, 0, len(encoded), 0)
    target.write(_MAGIC[0] + b"".join(b"%08X" % field for field in fields) + encoded)
    target.write(b"\0" * (-(_HEAD_BYTES + len(encoded)) % 4))
