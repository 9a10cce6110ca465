"""``tiercel server``: every part of the product in one process."""

from __future__ import annotations

from typing import Annotated

import typer

from tiercel.cli.options import Config
from tiercel.model.json import Json

app = typer.Typer(invoke_without_command=True, help="Serve Tiercel: API, executor, scheduler and worker.")

Port = Annotated[int, typer.Option("--port", help="Port to listen on; that of the settings when 0.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on; that of the settings when empty.")]
NoAuth = Annotated[bool, typer.Option("--no-auth", help="Let everybody on this machine in; loopback addresses only.")]


@app.callback()
def server(
    context: typer.Context, *, port: Port = 0, host: Host = "", no_auth: NoAuth = False, config: Config = None
) -> None:
    """Serve everything in this process."""
    if context.invoked_subcommand is None:
        _serve(port, host, config, no_auth=no_auth)


@app.command()
def standalone(*, port: Port = 0, host: Host = "", no_auth: NoAuth = False, config: Config = None) -> None:
    """Serve everything in this process."""
    _serve(port, host, config, no_auth=no_auth)


def _serve(port: int, host: str, config: Config, *, no_auth: bool) -> None:
    from tiercel.cli.serving import serve  # noqa: PLC0415 (loads everything)

    overrides: dict[str, Json] = {}
    if port:
        overrides["server.port"] = port
    if host:
        overrides["server.host"] = host
    raise typer.Exit(serve(config, overrides, is_open=no_auth))
