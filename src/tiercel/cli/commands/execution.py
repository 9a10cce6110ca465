"""``tiercel execution``: start executions, look at them and control them."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Inputs, Json, Labels, Server, read_pairs, server_query
from tiercel.model.json import Json as JsonValue

app = typer.Typer(no_args_is_help=True, help="Start executions, look at them and control them.")

ExecutionId = Annotated[str, typer.Argument(help="Id of the execution.")]
_FAILED = frozenset({"FAILED", "KILLED", "CANCELLED"})


@app.command()
def start(  # noqa: PLR0913 (each is an option)
    namespace: Annotated[str, typer.Argument(help="Namespace of the flow.")],
    flow_id: Annotated[str, typer.Argument(help="Id of the flow.")],
    *,
    inputs: Inputs = [],  # noqa: B006 (Typer reads the default)
    labels: Labels = [],  # noqa: B006 (Typer reads the default)
    revision: Annotated[int, typer.Option(help="Which revision; the last when 0.")] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Show its log until it ends.")] = False,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Start an execution; with --follow the exit code tells whether it succeeded."""
    from tiercel.cli.client import Client, input_parts  # noqa: PLC0415 (loads the HTTP client)

    query = [("labels", f"{key}:{value}") for key, value in read_pairs(labels, "--label").items()]
    if revision:
        query.append(("revision", str(revision)))
    parts = input_parts(read_pairs(inputs, "--input"))
    with Client(server) as client:
        execution = client.request("POST", f"/executions/{namespace}/{flow_id}", query=query, parts=parts)
    if follow:
        _follow(server, execution["id"], as_json=as_json)
        return
    _show(execution, as_json=as_json)


@app.command()
def get(execution_id: ExecutionId, *, as_json: Json = False, server: Server = "") -> None:
    """Show an execution with its task runs."""
    _show(_request(server, "GET", f"/executions/{execution_id}"), as_json=as_json)


@app.command("list")
def list_executions(
    namespace: Annotated[str, typer.Argument(help="Only this namespace and those below it.")] = "",
    flow_id: Annotated[str, typer.Argument(help="Only this flow.")] = "",
    *,
    size: Annotated[int, typer.Option(help="How many.")] = 25,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """List executions, newest first."""
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    query = [*server_query(namespace=namespace, flow_id=flow_id, size=size), ("sort", "state.startDate:desc")]
    answer = _request(server, "GET", "/executions/search", query)
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    rows = [
        (item["id"], item["namespace"], item["flowId"], item["state"]["current"], item["state"].get("startDate", ""))
        for item in answer["results"]
    ]
    print_table(("id", "namespace", "flow", "state", "start"), rows, total=answer["total"])


@app.command()
def logs(execution_id: ExecutionId, *, as_json: Json = False, server: Server = "") -> None:
    """Print the log of an execution."""
    from tiercel.cli.following import log_line  # noqa: PLC0415 (loads Rich)

    entries = _request(server, "GET", f"/logs/{execution_id}")
    for entry in entries:
        typer.echo(msgspec.json.encode(entry).decode() if as_json else log_line(entry))


@app.command()
def follow(execution_id: ExecutionId, *, as_json: Json = False, server: Server = "") -> None:
    """Show the log of an execution until it ends; the exit code tells whether it succeeded."""
    _follow(server, execution_id, as_json=as_json)


@app.command()
def kill(execution_id: ExecutionId, *, as_json: Json = False, server: Server = "") -> None:
    """Stop an execution and what it waits for."""
    _act(server, "DELETE", execution_id, "kill", as_json=as_json)


@app.command()
def pause(execution_id: ExecutionId, *, as_json: Json = False, server: Server = "") -> None:
    """Pause a running execution; its running tasks finish."""
    _act(server, "POST", execution_id, "pause", as_json=as_json)


@app.command()
def resume(
    execution_id: ExecutionId,
    *,
    inputs: Inputs = [],  # noqa: B006 (Typer reads the default)
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Let a paused execution go on, with the inputs it asks for."""
    from tiercel.cli.client import Client, input_parts  # noqa: PLC0415 (loads the HTTP client)

    parts = input_parts(read_pairs(inputs, "--input"))
    with Client(server) as client:
        execution = client.request("POST", f"/executions/{execution_id}/actions/resume", parts=parts)
    _show(execution, as_json=as_json)


@app.command()
def restart(
    execution_id: ExecutionId,
    *,
    revision: Annotated[int, typer.Option(help="Which revision of the flow; its own when 0.")] = 0,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Begin a failed execution again from where it failed."""
    query = [("revision", str(revision))] if revision else []
    _act(server, "POST", execution_id, "restart", query, as_json=as_json)


@app.command()
def replay(
    execution_id: ExecutionId,
    *,
    task_run: Annotated[str, typer.Option(help="Task run to begin from; from the start when empty.")] = "",
    revision: Annotated[int, typer.Option(help="Which revision of the flow; its own when 0.")] = 0,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Start a new execution like this one."""
    query = [("taskRunId", task_run)] if task_run else []
    if revision:
        query.append(("revision", str(revision)))
    _act(server, "POST", execution_id, "replay", query, as_json=as_json)


def _act(
    server: str,
    method: str,
    execution_id: str,
    action: str,
    query: list[tuple[str, str]] | None = None,
    *,
    as_json: bool,
) -> None:
    _show(_request(server, method, f"/executions/{execution_id}/actions/{action}", query), as_json=as_json)


def _request(server: str, method: str, path: str, query: list[tuple[str, str]] | None = None) -> JsonValue:
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server) as client:
        return client.request(method, path, query=query)


def _follow(server: str, execution_id: str, *, as_json: bool) -> None:
    from tiercel.cli.following import follow_execution  # noqa: PLC0415 (loads the HTTP client and Rich)

    execution = follow_execution(server, execution_id, is_quiet=as_json)
    if as_json:
        _show(execution, as_json=True)
    raise typer.Exit(1 if execution["state"]["current"] in _FAILED else 0)


def _show(execution: JsonValue, *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode(execution).decode())
        return
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    state = execution["state"]
    print_table(
        ("id", "flow", "state", "duration"),
        [
            (
                execution["id"],
                f"{execution['namespace']}.{execution['flowId']}",
                state["current"],
                state.get("duration", ""),
            )
        ],
    )
    rows = [
        (run["taskId"], run.get("value", ""), run["state"]["current"], run["state"].get("duration", ""))
        for run in execution.get("taskRunList", [])
    ]
    if rows:
        print_table(("task", "value", "state", "duration"), rows)
