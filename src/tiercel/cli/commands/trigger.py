"""``tiercel trigger``: see why triggers do not fire, switch them, run dates of the past."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiercel.cli.options import Inputs, Json, Labels, Server, read_pairs, server_query
from tiercel.model.json import Json as JsonValue

app = typer.Typer(no_args_is_help=True, help="See why triggers do not fire, switch them, run dates of the past.")
backfill = typer.Typer(no_args_is_help=True, help="Run dates of a schedule that are past.")
app.add_typer(backfill, name="backfill")

Namespace = Annotated[str, typer.Argument(help="Namespace of the flow.")]
FlowId = Annotated[str, typer.Argument(help="Id of the flow.")]
TriggerId = Annotated[str, typer.Argument(help="Id of the trigger.")]
Start = Annotated[str, typer.Option("--from", help="The first date, such as 2026-01-31T00:00:00Z.")]
End = Annotated[str, typer.Option("--to", help="The last date; now when it is left out.")]
Missing = Annotated[bool, typer.Option("--only-missing", help="Pass over dates for which an execution exists.")]


@app.command("list")
def list_triggers(
    namespace: Annotated[str, typer.Argument(help="Only this namespace and those below it.")] = "",
    flow_id: Annotated[str, typer.Argument(help="Only this flow.")] = "",
    *,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """List triggers, each with what it waits for."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    query = server_query(namespace=namespace, flow_id=flow_id, size=1000)
    with Client(server) as client:
        answer = client.request("GET", "/triggers/search", query=query)
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    states = [found["state"] for found in answer["results"]]
    if not states:
        typer.echo("There are no triggers here.")
        return
    print_table(("trigger", "fired last", "what it waits for"), map(_row, states), total=answer["total"])


@app.command()
def enable(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Switch a trigger on; dates that passed meanwhile are not made up for."""
    _tell(_send(server, "PUT", "/set-disabled", _body(namespace, flow_id, trigger_id) | {"disabled": False}))


@app.command()
def disable(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Switch a trigger off."""
    _tell(_send(server, "PUT", "/set-disabled", _body(namespace, flow_id, trigger_id) | {"disabled": True}))


@app.command()
def gathered(
    namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, as_json: Json = False, server: Server = ""
) -> None:
    """List the events that a trigger has gathered and not started yet."""
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    answer = _send(server, "GET", f"/{namespace}/{flow_id}/{trigger_id}/gathered")
    if as_json:
        typer.echo(msgspec.json.encode(answer["results"]).decode())
        return
    if not answer["results"]:
        typer.echo("Nothing is gathered.")
        return
    rows = [(one["key"] or "", str(one["gathered"]), one["since"], one["due"]) for one in answer["results"]]
    print_table(("key", "events", "since", "due"), rows, total=answer["total"])


@app.command()
def unlock(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Let a trigger fire although an execution of it still runs."""
    _tell(_send(server, "POST", f"/{namespace}/{flow_id}/{trigger_id}/unlock"))


@app.command()
def restart(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Begin a trigger anew from now on."""
    _tell(_send(server, "POST", f"/{namespace}/{flow_id}/{trigger_id}/restart"))


@app.command("test")
def try_out(  # noqa: PLR0913 (each is an option)
    namespace: Namespace,
    flow_id: FlowId,
    trigger_id: TriggerId,
    *,
    date: Annotated[str, typer.Option(help="Of a schedule: the date to look at; now when it is left out.")] = "",
    variables: Annotated[
        list[str], typer.Option("--set", help="Of triggers that wait for events: what they would see, as KEY=VALUE.")
    ] = [],  # noqa: B006 (Typer reads the default)
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Tell what a trigger would start now, without starting it; a polling trigger looks once."""
    body: dict[str, JsonValue] = {}
    if date:
        body["date"] = date
    if variables:
        body["variables"] = {name: _read(value) for name, value in read_pairs(variables, "--set").items()}
    trial = _send(server, "POST", f"/{namespace}/{flow_id}/{trigger_id}/test", body)
    if as_json:
        typer.echo(msgspec.json.encode(trial).decode())
        return
    typer.echo(trial["reason"])
    if "date" in trial:
        typer.echo(f"date: {trial['date']}")
    for name in ("variables", "inputs"):
        _show(name, trial.get(name) or {})
    labels = {one["key"]: one["value"] for one in trial.get("labels", ()) if not one["key"].startswith("system.")}
    _show("labels", labels)
    for line in trial.get("logs", ()):
        typer.echo(line)


@app.command()
def undo(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Bring back a trigger that the last save of its flow removed, within a day."""
    _tell(_send(server, "POST", f"/{namespace}/{flow_id}/{trigger_id}/undo"))


@backfill.command("start")
def start_backfill(  # noqa: PLR0913 (each is an option)
    namespace: Namespace,
    flow_id: FlowId,
    trigger_id: TriggerId,
    *,
    start: Start,
    end: End = "",
    inputs: Inputs = [],  # noqa: B006 (Typer reads the default)
    labels: Labels = [],  # noqa: B006 (Typer reads the default)
    only_missing: Missing = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell which dates it would run.")] = False,
    server: Server = "",
) -> None:
    """Run the dates of a schedule between two times, both included."""
    wanted: dict[str, JsonValue] = {
        "start": start,
        "onlyMissing": only_missing,
        "inputs": read_pairs(inputs, "--input"),
        "labels": read_pairs(labels, "--label"),
    }
    if end:
        wanted["end"] = end
    body = _body(namespace, flow_id, trigger_id) | {"backfill": wanted}
    if not dry_run:
        _tell(_send(server, "PUT", "/backfill/create", body))
        return
    found = _send(server, "POST", "/backfill/preview", body)
    more = "" if found["complete"] else "more than "
    count, dates = found["count"], found["dates"]
    rest = [f"and {count - len(dates)} more"] if count > len(dates) else []
    typer.echo("\n".join([f"{more}{count} execution{'' if count == 1 else 's'}", *dates, *rest]))


@backfill.command("pause")
def pause_backfill(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Hold a backfill; dates of the present go on."""
    _tell(_send(server, "PUT", "/backfill/pause", _body(namespace, flow_id, trigger_id)))


@backfill.command("resume")
def resume_backfill(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """Let a backfill go on."""
    _tell(_send(server, "PUT", "/backfill/unpause", _body(namespace, flow_id, trigger_id)))


@backfill.command("cancel")
def cancel_backfill(namespace: Namespace, flow_id: FlowId, trigger_id: TriggerId, *, server: Server = "") -> None:
    """End a backfill where it is."""
    _tell(_send(server, "POST", "/backfill/delete", _body(namespace, flow_id, trigger_id)))


def _body(namespace: str, flow_id: str, trigger_id: str) -> dict[str, JsonValue]:
    return {"namespace": namespace, "flowId": flow_id, "triggerId": trigger_id}


def _send(server: str, method: str, path: str, body: dict[str, JsonValue] | None = None) -> JsonValue:
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    content = None if body is None else msgspec.json.encode(body)
    with Client(server) as client:
        return client.request(
            method, f"/triggers{path}", content=content, content_type=None if body is None else "application/json"
        )


def _row(state: JsonValue) -> tuple[str, str, str]:
    return _name(state), state.get("lastTriggeredDate", "-"), state["reason"]


def _name(state: JsonValue) -> str:
    """Name a trigger as the commands take it."""
    return f"{state['namespace']} {state['flowId']} {state['triggerId']}"


def _show(title: str, values: dict[str, JsonValue]) -> None:
    """Print values, one a line."""
    from tiercel.cli.tables import visible  # noqa: PLC0415 (loads Rich)

    if not values:
        return
    typer.echo(f"{title}:")
    for name, value in values.items():
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        typer.echo(f"  {name}: {visible(text)}")


def _read(text: str) -> JsonValue:
    """Read a value as JSON where it is such, else as the text it is."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _tell(state: JsonValue) -> None:
    typer.echo(f"{_name(state)}: {state['reason']}")
