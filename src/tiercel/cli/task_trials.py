"""What ``tiercel flow try`` sends, and how it shows what came of a task."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import typer

from tiercel.cli.client import Client
from tiercel.cli.options import read_text
from tiercel.model.json import Json

_WAIT_SECONDS = 30


def send_trial(
    server: str, file: Path, task_id: str, given: tuple[Mapping[str, str], Mapping[str, str]], seconds: int
) -> Json:
    """Have a server carry out one task of a file; ``given`` are inputs and variables, JSON where they are such."""
    inputs, variables = ({name: _read(text) for name, text in pairs.items()} for pairs in given)
    body = {
        "source": read_text(file),
        "taskId": task_id,
        "inputs": inputs,
        "variables": variables,
        "seconds": seconds,
    }
    with Client(server) as client:
        return client.request(
            "POST", "/flows/try-task", content=msgspec.json.encode(body), content_type="application/json"
        )


def print_trial(trial: Json, *, as_json: bool) -> None:
    """Print the lines it wrote, its state, and what it gave."""
    if as_json:
        typer.echo(msgspec.json.encode(trial).decode())
        return
    for line in trial["logs"]:
        typer.echo(f"{line['level']:<5} {line['message']}")
    error = f": {trial['error']}" if trial.get("error") else ""
    typer.echo(f"{trial['state']} after {trial['tookMillis']} ms{error}")
    if trial["outputs"]:
        typer.echo(f"outputs: {msgspec.json.format(msgspec.json.encode(trial['outputs'])).decode()}")
    for file in trial["files"]:
        typer.echo(f"file of {file['size']} bytes: {file['uri'].rsplit('/', 1)[-1]}")


def _read(text: str) -> Json:
    """Read a value as JSON where it is such, else as the text it is."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
