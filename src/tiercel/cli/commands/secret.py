"""``tiercel secret``: stored secrets of namespaces. A value is read from the standard input, never from an argument."""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import msgspec
import typer

from tiercel.cli.options import Json, Server, read_pairs
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json as JsonValue

if TYPE_CHECKING:
    from tiercel.cli.client import Client

app = typer.Typer(no_args_is_help=True, help="Set, list and delete secrets of namespaces; values are never shown.")

Namespace = Annotated[str, typer.Argument(help="Its flows, and those of namespaces below, can read the secret.")]
Key = Annotated[str, typer.Argument(help="The name that secret('...') asks for.")]
Description = Annotated[str | None, typer.Option("--description", help="What it is for.")]
Tags = Annotated[list[str], typer.Option("--tag", help="key=value.")]


@app.command("set")
def set_secret(
    namespace: Namespace,
    key: Key,
    *,
    description: Description = None,
    tag: Tags = [],  # noqa: B006 (typer copies it)
    server: Server = "",
) -> None:
    """Store a secret; its value is asked for, or read from the standard input."""
    body: dict[str, JsonValue] = {"key": key, "value": _value(key)}
    if description is not None:
        body["description"] = description
    if tag:
        body["tags"] = [{"key": name, "value": value} for name, value in read_pairs(tag, "--tag").items()]
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server or None) as client:
        content = msgspec.json.encode(body)
        client.request("PUT", _path(namespace), content=content, content_type="application/json")
    typer.echo(f"set {key} of {namespace}")


@app.command("list")
def list_secrets(
    namespace: Annotated[str, typer.Argument(help="Only those stored for this namespace.")] = "",
    *,
    as_json: Json = False,
    server: Server = "",
) -> None:
    """Name secrets, with where they are stored; those of the server's environment hold everywhere."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    with Client(server or None) as client:
        found = list(_every(client, _path(namespace) if namespace else "/secrets"))
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    rows = [
        (
            secret["key"],
            secret.get("namespace", "(environment)"),
            secret.get("description", ""),
            ", ".join(f"{one['key']}={one['value']}" for one in secret["tags"]),
        )
        for secret in found
    ]
    print_table(("secret", "namespace", "description", "tags"), rows)


@app.command()
def delete(namespace: Namespace, key: Key, *, server: Server = "") -> None:
    """Remove a stored secret."""
    from tiercel.cli.client import Client  # noqa: PLC0415 (loads the HTTP client)

    with Client(server or None) as client:
        client.request("DELETE", f"{_path(namespace)}/{quote(key, safe='')}")
    typer.echo(f"deleted {key} of {namespace}")


def _every(client: Client, path: str) -> list[dict[str, JsonValue]]:
    found: list[dict[str, JsonValue]] = []
    page = 1
    while True:
        answer = client.request("GET", path, query=[("page", str(page)), ("size", "100")])
        found += answer["results"]
        if len(found) >= answer["total"] or not answer["results"]:
            return found
        page += 1


def _path(namespace: str) -> str:
    return f"/namespaces/{quote(namespace, safe='')}/secrets"


def _value(key: str) -> str:
    """Ask for the value, or take all of the standard input without the line end that shells add.

    Raises:
        InvalidError: It is empty or no text.
    """
    if sys.stdin.isatty():
        value = getpass.getpass(f"Value of {key}: ")
    else:
        try:
            value = sys.stdin.buffer.read().decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            message = f"byte {error.start} is not UTF-8 text"
            raise InvalidError([Violation(message, path="standard input", hint="Encode it, as in base64")]) from None
    if not value:
        hint = f"Type it when asked, or pipe it in: tiercel secret set NAMESPACE {key} < file"
        raise InvalidError([Violation("must not be empty", path="value", hint=hint)])
    return value
