"""The page of the command line."""

from __future__ import annotations

from collections.abc import Iterator

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from reference_pages.writing import code, preamble, table
from tiercel.cli.main import app


def cli_page() -> str:
    """Every command with its arguments and options."""
    parts = [preamble("cli")]
    for name, command in _commands("tiercel", typer.main.get_command(app)):
        parts += [f"## {name}", command.help or "", *_usage(name, command)]
    return "\n\n".join(part for part in parts if part)


def _commands(name: str, command: object) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    if isinstance(command, TyperCommand) or (isinstance(command, TyperGroup) and command.invoke_without_command):
        yield name, command
    if isinstance(command, TyperGroup):
        for child, found in sorted(command.commands.items()):
            yield from _commands(f"{name} {child}", found)


def _usage(name: str, command: TyperCommand | TyperGroup) -> Iterator[str]:
    arguments = [found for found in command.params if isinstance(found, TyperArgument)]
    options = [found for found in command.params if isinstance(found, TyperOption) and found.name != "help"]
    shown = [*map(_argument, arguments), *(["[OPTIONS]"] if options else [])]
    yield f"```text\n{' '.join([name, *shown])}\n```"
    rows = [(code(_argument(found)), "", getattr(found, "help", "") or "") for found in arguments]
    for option in options:
        default = code(option.default) if option.default not in (None, "", 0, [], ()) else ""
        variable = f" Variable: `{option.envvar}`." if option.envvar else ""
        rows.append((", ".join(map(code, option.opts)), default, (option.help or "") + variable))
    yield table(("Argument or option", "Default", "Meaning"), rows)


def _argument(found: TyperArgument) -> str:
    name = f"{found.name}{'...' if found.nargs == -1 else ''}".upper()
    return name if found.required else f"[{name}]"
