"""``tiercel dashboard``: list, check, store and print dashboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Json, Server

app = typer.Typer(no_args_is_help=True, help="List, check, store and print dashboards.")

DashboardFile = Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False)]
DashboardId = Annotated[str, typer.Argument(help="Id of the dashboard; default_home, default_flow are built in.")]
_YAML = "application/x-yaml"
_CONFLICT = 409


@app.command("list")
def list_dashboards(
    text: Annotated[str, typer.Argument(help="Only those with this text in id, title or description.")] = "",
    *,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """List the dashboards that were saved."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    with Client(server) as client:
        answer = client.request("GET", "/dashboards", query=[("size", "1000"), *([("q", text)] if text else [])])
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    rows = [(one["id"], one["title"], str(len(one["charts"])), one["updated"]) for one in answer["results"]]
    print_table(("id", "title", "charts", "saved"), rows, total=answer["total"])


@app.command()
def get(
    dashboard_id: DashboardId,
    *,
    revision: Annotated[int, typer.Option(help="Which revision; the last when 0.")] = 0,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Print the source of a dashboard, byte for byte."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server) as client:
        query = [("revision", str(revision))] if revision else None
        answer = client.request("GET", f"/dashboards/{dashboard_id}", query=query)
    typer.echo(msgspec.json.format(msgspec.json.encode(answer)) if as_json else answer["sourceCode"], nl=as_json)


@app.command()
def validate(file: DashboardFile, *, as_json: Json = False, server: Server = "") -> None:
    """Report every problem of a dashboard at once; ends with 1 when it is not valid."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server) as client:
        answer = client.request("POST", "/dashboards/validate", content=file.read_bytes(), content_type=_YAML)
    issues = answer["issues"]
    if as_json:
        typer.echo(msgspec.json.encode(issues).decode())
    for issue in [] if as_json else issues:
        hint = f" ({issue['hint']})" if "hint" in issue else ""
        where = f"{file}:{issue.get('line', 1)}:{issue.get('column', 1)}"
        path = f"{issue['path']}: " if "path" in issue else ""
        typer.echo(f"{where}: {issue['severity']}: {path}{issue['detail']}{hint}")
    if any(issue["severity"] == "error" for issue in issues):
        raise typer.Exit(1)
    if not as_json:
        typer.echo(f"{file} is valid.")


@app.command()
def save(file: DashboardFile, *, server: Server = "") -> None:
    """Store a dashboard: a new one, or a new revision of one that is there."""
    from tiercel.cli.client import Client, RefusedError  # noqa: PLC0415 (loads the HTTP client)

    content = file.read_bytes()
    with Client(server) as client:
        try:
            answer = client.request("POST", "/dashboards", content=content, content_type=_YAML)
        except RefusedError as error:
            if error.status != _CONFLICT:
                raise
            known = _id_of(content)
            answer = client.request("PUT", f"/dashboards/{known}", content=content, content_type=_YAML)
    typer.echo(f"Dashboard {answer['id']} is at revision {answer['revision']}.")


def _id_of(content: bytes) -> str:
    """The server has read the text already: it has an id."""
    from tiercel.source import read_yaml  # noqa: PLC0415 (loads the parser)

    data = read_yaml(content.decode()).data
    return str(data["id"]) if isinstance(data, dict) else ""
