"""The command line of a script, made of the properties of its task."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from tiercel.plugins import Json, TaskError
from tiercel.tasks.scripts.language import Language, stopping_line

_LONGEST_ARGUMENT_BYTES = 120_000  # the system takes 128 KiB


def lines_of(value: Json, name: str) -> list[str]:
    """Read rendered lines: a list, or the text of a JSON list.

    Raises:
        TaskError: It is neither.
    """
    if value is None:
        return []
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise TaskError(f"{name} must be a list of lines, or a text that renders to one in JSON: {error}") from None
    if not isinstance(value, list):
        raise TaskError(f"{name} must be a list of lines")
    return [line if isinstance(line, str) else json.dumps(line) for line in value]


def shell_command(
    interpreter: Sequence[str], lines: Sequence[str], *, is_fail_fast: bool, directory: Path, place: str
) -> tuple[str, ...]:
    """Give the command that hands lines to an interpreter as one text.

    A text longer than the system takes as an argument is written to a file for the interpreter to read.
    """
    first = [stopping_line(interpreter[0])] if is_fail_fast and stopping_line(interpreter[0]) else []
    text = "\n".join((*first, *lines))
    if len(text.encode()) > _LONGEST_ARGUMENT_BYTES and stopping_line(interpreter[0]) == "set -e":
        file = free_path(directory, ".sh")
        file.write_text(text, encoding="utf-8")
        text = f". {shlex.quote(f'{place}/{file.name}')}"
    return (*interpreter, text)


def file_line(language: Language, file: str) -> str:
    """Give the line that runs a file, for an interpreter of lines."""
    if language.call:
        return f"{language.call}./{file}"
    return shlex.join((*language.run, file))


def free_path(directory: Path, extension: str) -> Path:
    """Give a path for a file of ours in a directory of the user's."""
    path = directory / f"tiercel_script{extension}"
    number = 1
    while path.exists():
        number += 1
        path = directory / f"tiercel_script_{number}{extension}"
    return path
