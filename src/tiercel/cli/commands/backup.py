"""``tiercel backup`` and ``tiercel restore``: the data of an installation in one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tiercel.cli.options import Config

Target = Annotated[Path, typer.Argument(help="The file to write; one that is there is replaced.", dir_okay=False)]
Source = Annotated[Path, typer.Argument(help="The file that `tiercel backup` wrote.", dir_okay=False)]


def backup(
    file: Target,
    *,
    files: Annotated[bool, typer.Option(help="With the files of executions and namespaces.")] = True,
    keys: Annotated[bool, typer.Option(help="With the key for secrets: whoever has the file can read them.")] = False,
    config: Config = None,
) -> None:
    """Write database and files of this machine's installation to one file; a server may run meanwhile."""
    from tiercel.cli.backup.making import back_up  # noqa: PLC0415 (loads storage)
    from tiercel.cli.configuration import load_settings  # noqa: PLC0415 (reads YAML)
    from tiercel.cli.wiring import home_of  # noqa: PLC0415 (loads the whole product)

    settings = load_settings(config, os.environ)
    made = back_up(settings, home_of(settings), file, with_files=files, with_keys=keys)
    typer.echo(f"wrote {file}: {made.entries:,} files, {made.size_bytes:,} bytes")
    if not keys:
        typer.echo("keys are not in it: keep secrets.key and the keys of your settings somewhere else", err=True)


def restore(
    file: Source,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the data that are there.")] = False,
    config: Config = None,
) -> None:
    """Put a backup into the home folder while no server runs; a crash leaves all of the old data, or all of the new."""
    from tiercel.cli.backup.restoring import restore as put_back  # noqa: PLC0415 (loads storage)
    from tiercel.cli.configuration import load_settings  # noqa: PLC0415 (reads YAML)
    from tiercel.cli.wiring import home_of  # noqa: PLC0415 (loads the whole product)

    settings = load_settings(config, os.environ)
    home = home_of(settings)
    count = put_back(settings, home, file, is_forced=force)
    typer.echo(f"restored {file} to {home}: {count:,} files")
