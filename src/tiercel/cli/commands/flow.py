"""``tiercel flow``: check, try, store, show and remove flows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Dialect, Json, Server, read_pairs, server_query

app = typer.Typer(no_args_is_help=True, help="Check, store, show and remove flows.")

FlowFile = Annotated[Path, typer.Argument(help="A YAML file.", exists=True, dir_okay=False)]
Namespace = Annotated[str, typer.Argument(help="Namespace of the flow.")]
FlowId = Annotated[str, typer.Argument(help="Id of the flow.")]


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(help="YAML files, or folders of them.", exists=True)],
    *,
    dialect: Dialect = "",
    as_json: Json = False,
) -> None:
    """Report every problem of flows at once; ends with 1 when one is not valid."""
    from tiercel.cli.validation import check_paths, print_report  # noqa: PLC0415 (loads the parser and all plugins)

    report = check_paths(paths, dialect)
    print_report(report, as_json=as_json)
    raise typer.Exit(0 if all(checked.is_valid for checked in report) else 1)


@app.command()
def doctor(
    paths: Annotated[list[Path], typer.Argument(help="YAML files, or folders of them.", exists=True)],
    *,
    as_json: Json = False,
) -> None:
    """List the types that flows use and no plugin here has, with the nearest replacement; ends with 1 when any is."""
    from tiercel.cli.doctor import diagnose, print_diagnosis  # noqa: PLC0415 (loads the parser and all plugins)

    found = diagnose(paths)
    print_diagnosis(found, as_json=as_json)
    raise typer.Exit(1 if found.missing or found.unreadable else 0)


@app.command()
def create(file: FlowFile, *, server: Server = "", dialect: Dialect = "") -> None:
    """Store a new flow."""
    _save(server, "POST", "/flows", file, dialect)


@app.command()
def update(
    file: FlowFile, namespace: Namespace, flow_id: FlowId, *, server: Server = "", dialect: Dialect = ""
) -> None:
    """Store a new revision of a flow."""
    _save(server, "PUT", f"/flows/{namespace}/{flow_id}", file, dialect)


@app.command()
def get(
    namespace: Namespace,
    flow_id: FlowId,
    *,
    revision: Annotated[int, typer.Option(help="Which revision; the last when 0.")] = 0,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Print the source of a flow, byte for byte."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    query = [("source", "true")] + ([("revision", str(revision))] if revision else [])
    with Client(server) as client:
        answer = client.request("GET", f"/flows/{namespace}/{flow_id}", query=query)
    typer.echo(msgspec.json.format(msgspec.json.encode(answer)) if as_json else answer["source"], nl=as_json)


@app.command("list")
def list_flows(
    namespace: Annotated[str, typer.Argument(help="Only this namespace and those below it.")] = "",
    *,
    query: Annotated[str, typer.Option("--query", "-q", help="Text to search for.")] = "",
    as_json: Json = False,
    server: Server = "",
) -> None:
    """List flows."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    with Client(server) as client:
        answer = client.request("GET", "/flows/search", query=server_query(namespace=namespace, q=query, size=1000))
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    rows = [(flow["namespace"], flow["id"], str(flow["revision"])) for flow in answer["results"]]
    print_table(("namespace", "id", "revision"), rows, total=answer["total"])


@app.command()
def delete(namespace: Namespace, flow_id: FlowId, *, server: Server = "") -> None:
    """Remove a flow; its revisions and executions stay."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server) as client:
        client.request("DELETE", f"/flows/{namespace}/{flow_id}")
    typer.echo(f"deleted {namespace}.{flow_id}")


@app.command("try")
def try_task(  # noqa: PLR0913 (each is an option)
    file: FlowFile,
    task_id: Annotated[str, typer.Argument(help="Id of a task in it.")],
    *,
    inputs: Annotated[list[str], typer.Option("--input", "-i", help="name=value, read as JSON where it is such.")] = [],  # noqa: B006 (Typer reads the default)
    variables: Annotated[
        list[str], typer.Option("--set", help='What expressions see, as NAME=VALUE: outputs={"earlier": {"value": 1}}.')
    ] = [],  # noqa: B006 (Typer reads the default)
    seconds: Annotated[int, typer.Option(help="How long it may take.")] = 120,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Carry out one task of a flow by itself, saved or not; no execution comes of it. Ends with 1 when it fails."""
    from tiercel.cli.task_trials import print_trial, send_trial  # noqa: PLC0415 (loads the HTTP client)

    trial = send_trial(server, file, task_id, (read_pairs(inputs, "--input"), read_pairs(variables, "--set")), seconds)
    print_trial(trial, as_json=as_json)
    raise typer.Exit(0 if trial["state"] in {"SUCCESS", "WARNING"} else 1)


@app.command()
def stopped(*, server: Server = "") -> None:
    """List the flows that are stopped, since executions led to too many executions of them."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    with Client(server) as client:
        answer = client.request("GET", "/breakers")
    rows = [(one["namespace"], one["flowId"], one["since"], one["reason"]) for one in answer["results"]]
    print_table(("namespace", "flow", "since", "reason"), rows, total=answer["total"])


@app.command()
def resume(namespace: Namespace, flow_id: FlowId, *, server: Server = "") -> None:
    """Let triggers and other flows start executions of a stopped flow again."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server) as client:
        client.request("POST", f"/flows/{namespace}/{flow_id}/resume")
    typer.echo(f"{namespace}.{flow_id} goes on")


def _save(server: str, method: str, path: str, file: Path, dialect: str) -> None:
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    query = [("dialect", dialect)] if dialect else []
    with Client(server) as client:
        answer = client.request(method, path, query=query, content=file.read_bytes(), content_type="application/x-yaml")
    typer.echo(f"{answer['namespace']}.{answer['id']} revision {answer['revision']}")
