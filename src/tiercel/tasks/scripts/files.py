"""What a script needs in its directory besides the files of the task: what it names, and a project of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import regex

from tiercel.plugins import RunContext
from tiercel.tasks.flow.directory_files import FETCHED

_ADDRESS = regex.compile(r"(?:kestra|nsfile|file)://[-\p{Alnum}._+~#=/%@]*[-\p{Alnum}_+~#=/%@]")
_EMPTY_PROJECT = "{}\n"


@contextmanager
def own_project(directory: Path, name: str) -> Iterator[None]:
    """Make a directory that lies within somebody's project a project of its own, meanwhile.

    Without it the settings of the project around it hold for the script, and what the script installs goes there. What
    the script has made of the file stays.

    Args:
        directory: Where the script runs.
        name: Of the file that marks a project; empty where there is none to keep apart from.
    """
    file = directory / name
    if not name or os.path.lexists(file) or not any((one / name).exists() for one in directory.resolve().parents):
        yield
        return
    file.write_text(_EMPTY_PROJECT, encoding="utf-8")
    try:
        yield
    finally:
        if file.is_file() and file.read_bytes() == _EMPTY_PROJECT.encode():
            file.unlink()


def fetch_addresses(ctx: RunContext, directory: Path, place: str, text: str) -> str:
    """Copy the stored files that a text names, and name the copies in their place."""

    def fetch(found: regex.Match[str]) -> str:
        address = found[0]
        if address.startswith("file:///") and not ctx.files.exists(address):
            return str(address)
        name = address.rpartition("/")[2] or "file"
        target = directory / f"{FETCHED}{sha256(address.encode()).hexdigest()[:12]}" / name
        if not target.exists():
            ctx.files.download(address, target)
        return f"{place}/{target.relative_to(directory).as_posix()}"

    return str(_ADDRESS.sub(fetch, text)) if "://" in text else text
