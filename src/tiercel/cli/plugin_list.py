"""``tiercel plugin list``: the types of this installation, and plugins that could not be loaded."""

from __future__ import annotations

import os
from pathlib import Path

import typer
from msgspec import Struct

from tiercel.cli.configuration import load_settings
from tiercel.cli.tables import print_table
from tiercel.cli.wiring import open_registry


class KnownType(Struct, frozen=True, kw_only=True):
    """One type: its name, what it is, where its class lives, and the first line of its description."""

    type: str
    kind: str
    module: str
    title: str


class KnownTypes(Struct, frozen=True, kw_only=True):
    """The types, in order of name, and why what is missing could not be loaded."""

    types: list[KnownType]
    problems: list[str]


def list_types(config: Path | None, search: str) -> KnownTypes:
    """List the types whose name contains a text, in any case.

    Raises:
        InvalidError: The settings cannot be read.
    """
    registry = open_registry(load_settings(config, os.environ, {}))
    types = [
        KnownType(
            type=plugin.declaration.type,
            kind=plugin.declaration.kind.value.lower(),
            module=plugin.__module__,
            title=(plugin.__doc__ or "").strip().split("\n", 1)[0],
        )
        for plugin in registry.list_classes()
        if search.lower() in plugin.declaration.type.lower() and not plugin.declaration.is_internal
    ]
    return KnownTypes(types=types, problems=list(registry.problems))


def print_types(found: KnownTypes) -> None:
    """Print a table, then the problems on standard error."""
    print_table(("type", "kind", "what it does"), [(known.type, known.kind, known.title) for known in found.types])
    for problem in found.problems:
        typer.echo(f"not loaded: {problem}", err=True)
