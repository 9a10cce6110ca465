"""``tiercel run``: one execution of a file, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiercel.cli.options import Config, Dialect, Inputs, Json, Labels, read_pairs


def run(  # noqa: PLR0913 (each is an option)
    file: Annotated[Path, typer.Argument(help="A YAML file with a flow.", exists=True, dir_okay=False)],
    *,
    inputs: Inputs = [],  # noqa: B006 (Typer reads the default)
    labels: Labels = [],  # noqa: B006 (Typer reads the default)
    flows: Annotated[
        Path | None,
        typer.Option("--flows", help="Folder of flows that this one starts.", exists=True, file_okay=False),
    ] = None,
    dialect: Dialect = "",
    config: Config = None,
    as_json: Json = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the outputs.")] = False,
) -> None:
    """Run a flow once, show its progress and outputs; ends with 0 when it succeeded, 1 when not."""
    from tiercel.cli.one_off import RunOptions, run_file  # noqa: PLC0415 (loads the engine)

    options = RunOptions(
        inputs=read_pairs(inputs, "--input"),
        labels=read_pairs(labels, "--label"),
        flows=flows,
        dialect=dialect,
        config=config,
        as_json=as_json,
        is_quiet=is_quiet,
    )
    raise typer.Exit(run_file(file, options))
