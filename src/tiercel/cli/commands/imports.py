"""``tiercel import``: take over what another installation holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Json, Server

app = typer.Typer(no_args_is_help=True, help="Take over what another installation holds.")


@app.callback()
def _group() -> None:
    """Take over what another installation holds."""


@app.command()
def kestra(
    path: Annotated[Path, typer.Argument(help="The ZIP of an export, or a folder with exports.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would become of each item, change nothing.")
    ] = False,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Import flows, namespace files and keys of Kestra; ends with 1 when something was refused."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)
    from tiercel.cli.migration.importing import Outcome, import_all  # noqa: PLC0415 (reads YAML)

    counts: Counter[str] = Counter()
    with Client(server or None) as client:
        for result in import_all(client, path, is_dry_run=dry_run):
            counts[result.outcome] += 1
            if as_json:
                typer.echo(msgspec.json.encode(result).decode())
                continue
            typer.echo(f"{result.outcome:<9}  {result.kind:<4}  {result.name}")
            for reason in result.reasons:
                typer.echo(f"           {result.place}: {reason}")
    total = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)
    typer.echo(f"{'would be: ' if dry_run else ''}{total}", err=as_json)
    if counts[Outcome.REFUSED]:
        raise typer.Exit(1)
