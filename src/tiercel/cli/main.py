"""The command ``tiercel``. Each command imports what it needs when it is called, so that each starts fast."""

from __future__ import annotations

import gc
import os
import sys

import typer

from tiercel import __version__
from tiercel.cli.commands import (
    backup,
    dashboard,
    execution,
    flow,
    imports,
    limit,
    plugin,
    run,
    secret,
    server,
    trigger,
    user,
)
from tiercel.errors import InvalidError, TiercelError

app = typer.Typer(
    name="tiercel",
    help="Workflow orchestration: declarative flows, durable execution.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(imports.app, name="import")
app.add_typer(server.app, name="server")
app.add_typer(flow.app, name="flow")
app.add_typer(execution.app, name="execution")
app.add_typer(trigger.app, name="trigger")
app.add_typer(dashboard.app, name="dashboard")
app.add_typer(limit.app, name="limit")
app.add_typer(limit.pool, name="pool")
app.add_typer(plugin.app, name="plugin")
app.add_typer(secret.app, name="secret")
app.add_typer(user.app, name="user")


@app.command("version")
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command of this process; an error that explains itself is printed and ends it with 2."""
    # Collecting garbage while modules are loaded finds none, and looking for plugins of pydantic reads every
    # installed package: together they would be a fifth of the time of a one-off run.
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        app()
    except TiercelError as error:
        typer.echo(f"error: {_text(error)}", err=True)
        sys.exit(2)


def _text(error: TiercelError) -> str:
    if isinstance(error, InvalidError) and len(error.violations) > 1:
        return "\n  ".join(["several things are wrong:", *map(str, error.violations)])
    details = getattr(error, "details", [])
    return "\n  ".join([str(error), *(line for line in details if line != str(error))])
