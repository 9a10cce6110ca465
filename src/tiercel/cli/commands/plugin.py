"""``tiercel plugin``: make a plugin, and list those that are here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Config, Json

app = typer.Typer(no_args_is_help=True, help="Make a plugin, and list the types that are here.")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the package, such as acme-tasks.")],
    *,
    folder: Annotated[Path, typer.Option("--in", help="Where its folder is made.", file_okay=False)] = Path(),
    prefix: Annotated[str, typer.Option(help="Of its types, such as com.acme; its name when empty.")] = "",
) -> None:
    """Write a package with a first task, tests that run it and what makes Tiercel find it."""
    from tiercel.cli.scaffolding import make_plugin  # noqa: PLC0415 (only this command needs it)

    for path in make_plugin(name, folder, prefix):
        typer.echo(f"wrote {path}")
    root = folder / name
    typer.echo(f'Next: cd {root} && pip install -e ".[test]" && pytest')


@app.command("list")
def list_plugins(
    search: Annotated[str, typer.Argument(help="Only types whose name contains this.")] = "",
    *,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """List the types of this installation, and what could not be loaded with the reason; ends with 1 then."""
    from tiercel.cli.plugin_list import list_types, print_types  # noqa: PLC0415 (loads all plugins)

    found = list_types(config, search)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        print_types(found)
    raise typer.Exit(1 if found.problems else 0)
