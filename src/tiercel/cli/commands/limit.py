"""``tiercel limit`` and ``tiercel pool``: what executions wait for, and the slots that flows share."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Json, Server
from tiercel.model.json import Json as JsonValue

app = typer.Typer(no_args_is_help=True, help="See what limits are used, and what executions wait for.")
pool = typer.Typer(no_args_is_help=True, help="See, make and change slots that several flows share.")

Name = Annotated[str, typer.Argument(help="Name of the pool.")]


@app.command("list")
def list_limits(*, as_json: Json = False, server: Server = "") -> None:
    """List the limits of flows that executions hold slots of or wait for."""
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    answer = _ask(server, "GET", "/concurrency-limit/search")
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    rows = [
        (
            one["namespace"],
            one["flowId"],
            "" if one["limit"] is None else str(one["limit"]),
            str(one["running"]),
            str(one["queued"]),
            ", ".join(f"{key['key']}: {key['running']}+{key['queued']}" for key in one.get("keys", ())),
        )
        for one in answer["results"]
    ]
    print_table(("namespace", "flow", "limit", "running", "queued", "keys"), rows, total=answer["total"])


@app.command("why")
def explain(
    execution_id: Annotated[str, typer.Argument(help="Id of a queued execution.")], *, server: Server = ""
) -> None:
    """Say what a queued execution waits for, and its place in the queue."""
    found = _ask(server, "GET", f"/executions/{execution_id}/waiting")
    typer.echo(f"{found['reason']} It is number {found['position']} of {found['queued']}.")


@pool.command("list")
def list_pools(*, as_json: Json = False, server: Server = "") -> None:
    """List the pools, with how many hold a slot and how many wait."""
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    answer = _ask(server, "GET", "/pools")
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    rows = [(one["name"], *(str(one[key]) for key in ("slots", "running", "queued"))) for one in answer["results"]]
    print_table(("pool", "slots", "running", "queued"), rows, total=answer["total"])


@pool.command("set")
def set_slots(
    name: Name,
    slots: Annotated[int, typer.Argument(help="How many slots it has.", min=0)],
    *,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    server: Server = "",
) -> None:
    """Make a pool, or change how many slots it has."""
    saved = _ask(server, "PUT", f"/pools/{name}", {"slots": slots, "description": description or None})
    typer.echo(f"{saved['name']}: {saved['slots']} slots, {saved['running']} held, {saved['queued']} wait")


@pool.command("delete")
def delete(name: Name, *, server: Server = "") -> None:
    """Remove a pool that nobody uses."""
    _ask(server, "DELETE", f"/pools/{name}")
    typer.echo(f"deleted {name}")


def _ask(server: str, method: str, path: str, body: JsonValue = None) -> JsonValue:
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    content = None if body is None else msgspec.json.encode(body)
    kind = None if body is None else "application/json"
    with Client(server) as client:
        return client.request(method, path, content=content, content_type=kind)
