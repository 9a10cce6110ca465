"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiercel.errors import InvalidError, Violation

Server = Annotated[str, typer.Option("--server", help="Address of the server.", envvar="TIERCEL_URL")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Dialect = Annotated[str, typer.Option("--dialect", help="auto, 1.3 or 2.0.", envvar="TIERCEL_DIALECT")]
Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings file.", envvar="TIERCEL_CONFIG", exists=True, dir_okay=False),
]
Inputs = Annotated[list[str], typer.Option("--input", "-i", help="name=value; @path as value sends a file.")]
Labels = Annotated[list[str], typer.Option("--label", "-l", help="key=value.")]


def read_pairs(texts: list[str], option: str) -> dict[str, str]:
    """Read ``name=value`` texts.

    Raises:
        InvalidError: One has no ``=``.
    """
    pairs: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise InvalidError([Violation(f"'{text}' is not name=value", path=option)])
        pairs[name] = value
    return pairs


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
