"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from tiercel.errors import InvalidError, Violation
from tiercel.model.dialect import DialectSetting

Server = Annotated[str, typer.Option("--server", help="Address of the server.", envvar="TIERCEL_URL")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Dialect = Annotated[str, typer.Option("--dialect", help="auto, 1.3 or 2.0.", envvar="TIERCEL_DIALECT")]
Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file.", envvar="TIERCEL_CONFIG", exists=True, dir_okay=False),
]
Inputs = Annotated[list[str], typer.Option("--input", "-i", help="name=value; @path as value sends a file.")]
Labels = Annotated[list[str], typer.Option("--label", "-l", help="key=value.")]


def read_dialect(text: str) -> DialectSetting | None:
    """Read the option ``--dialect``; None when it is not given.

    Raises:
        InvalidError: There is no such dialect.
    """
    if not text:
        return None
    try:
        return DialectSetting(text)
    except ValueError:
        hint = f"Write one of {', '.join(DialectSetting)}"
        raise InvalidError([Violation(f"'{text}' is no dialect", path="--dialect", hint=hint)]) from None


def read_text(path: Path) -> str:
    """Read a text file.

    Raises:
        InvalidError: It cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8 text"
        raise InvalidError([Violation(message, path=str(path), hint="Save it as UTF-8")]) from None
    except OSError as error:
        raise InvalidError([Violation(f"cannot be read: {error.strerror}", path=str(path))]) from None


def read_pairs(texts: list[str], option: str) -> dict[str, str]:
    """Read ``name=value`` texts.

    Raises:
        InvalidError: One has no ``=``.
    """
    pairs: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise InvalidError([Violation(f"'{text}' is not name=value", path=option)])
        pairs[name] = value
    return pairs


def open_given(name: str, value: str) -> tuple[str, BinaryIO] | None:
    """Open the file that ``--input name=@path`` names, with its name; None when the value is the text itself.

    Raises:
        InvalidError: It cannot be read.
    """
    if not value.startswith("@"):
        return None
    path = Path(value[1:])
    try:
        return path.name, path.open("rb")
    except OSError as error:
        message = f"the file '{path}' for {name} cannot be read: {error.strerror}"
        hint = "After @ write the path of a file, from the folder the command runs in"
        raise InvalidError([Violation(message, path="--input", hint=hint)]) from None


def server_query(*, namespace: str = "", q: str = "", flow_id: str = "", size: int = 25) -> list[tuple[str, str]]:
    """Build the query of a search."""
    query = [("size", str(size))]
    if namespace:
        query.append(("filters[namespace][PREFIX]", namespace))
    if flow_id:
        query.append(("filters[flowId][EQUALS]", flow_id))
    if q:
        query.append(("filters[q][EQUALS]", q))
    return query
