"""``tiercel user``: those who may sign in, their roles, and the tokens of their programs."""

from __future__ import annotations

import os
import sys
from typing import Annotated
from urllib.parse import quote

import msgspec
import typer

from tiercel.cli.options import Config, Json, Server
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json as JsonValue

app = typer.Typer(no_args_is_help=True, help="Add, list and disable users; make tokens for their programs.")

Name = Annotated[str, typer.Argument(help="E-mail address of the user.")]
Roles = Annotated[
    list[str],
    typer.Option("--role", "-r", help="admin, editor or viewer; editor@team for a namespace and those below."),
]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from the standard input.")]
SetupToken = Annotated[str, typer.Option(help="The token a new server printed: makes the first user, an admin.")]
Lifetime = Annotated[str, typer.Option(help="How long a token is good for, such as P30D; for ever when empty.")]


@app.command()
def add(
    name: Name,
    *,
    role: Roles = [],  # noqa: B006 (typer copies it)
    password_stdin: FromInput = False,
    setup_token: SetupToken = "",
    server: Server = "",
    config: Config = None,
) -> None:
    """Make a user; one without a role can sign in and see nothing."""
    roles = [_grant(text) for text in role]
    body: dict[str, JsonValue] = {"username": name, "password": _password(from_input=password_stdin)}
    if setup_token:
        _ask(server, config, "POST", "/basicAuth", body | {"setupToken": setup_token})
    else:
        _ask(server, config, "POST", "/users", body | {"roles": roles})
    typer.echo(f"added {name}")


@app.command("list")
def list_users(*, as_json: Json = False, server: Server = "", config: Config = None) -> None:
    """List users."""
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    found = _ask(server, config, "GET", "/users")["results"]
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    rows = [
        (user["username"], ", ".join(map(_grant_text, user["roles"])), "disabled" if user["disabled"] else "")
        for user in found
    ]
    print_table(("user", "roles", ""), rows)


@app.command()
def grant(
    name: Name,
    *,
    role: Roles = [],  # noqa: B006 (typer copies it)
    server: Server = "",
    config: Config = None,
) -> None:
    """Give a user these roles and no others."""
    _ask(server, config, "PATCH", _path(name), {"roles": [_grant(text) for text in role]})
    typer.echo(f"{name} has {', '.join(role) or 'no role'}")


@app.command()
def disable(name: Name, *, server: Server = "", config: Config = None) -> None:
    """Close an account: its sessions end, its password and tokens let nobody in."""
    _ask(server, config, "PATCH", _path(name), {"disabled": True})
    typer.echo(f"disabled {name}")


@app.command()
def enable(name: Name, *, server: Server = "", config: Config = None) -> None:
    """Open an account again."""
    _ask(server, config, "PATCH", _path(name), {"disabled": False})
    typer.echo(f"enabled {name}")


@app.command()
def passwd(name: Name, *, password_stdin: FromInput = False, server: Server = "", config: Config = None) -> None:
    """Change a password; every session of the user ends. Your own one is asked for first when a server runs."""
    from tiercel.cli.client import PASSWORD, USER  # noqa: PLC0415 (loads the HTTP client)

    body: dict[str, JsonValue] = {"password": _password(from_input=password_stdin)}
    own = os.environ.get(USER, "")
    if own.lower() == name.lower():
        body["currentPassword"] = os.environ.get(PASSWORD, "")
    _ask(server, config, "PUT", f"{_path(name)}/password", body)
    typer.echo(f"changed the password of {name}")


@app.command()
def token(
    name: Name,
    token_name: Annotated[str, typer.Argument(help="What the token is for.")],
    *,
    lifetime: Lifetime = "",
    server: Server = "",
    config: Config = None,
) -> None:
    """Make an API token and print it, this once."""
    body: dict[str, JsonValue] = {"name": token_name}
    if lifetime:
        body["lifetime"] = lifetime
    typer.echo(_ask(server, config, "POST", f"{_path(name)}/tokens", body)["token"])


@app.command()
def tokens(name: Name, *, as_json: Json = False, server: Server = "", config: Config = None) -> None:
    """List the API tokens of a user."""
    from tiercel.cli.tables import print_table  # noqa: PLC0415 (loads Rich)

    found = _ask(server, config, "GET", f"{_path(name)}/tokens")["results"]
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    rows = [(one["id"], one["name"], one.get("expiresAt", "never"), one.get("usedAt", "never")) for one in found]
    print_table(("id", "name", "ends", "used"), rows)


@app.command()
def revoke(
    name: Name,
    token_id: Annotated[str, typer.Argument(help="Id of the token, from `tiercel user tokens`.")],
    *,
    server: Server = "",
    config: Config = None,
) -> None:
    """Revoke an API token."""
    _ask(server, config, "DELETE", f"{_path(name)}/tokens/{quote(token_id, safe='')}")
    typer.echo(f"revoked {token_id}")


def _ask(server: str, config: Config, method: str, path: str, body: JsonValue = None) -> JsonValue:
    from tiercel.cli.desk import ask  # noqa: PLC0415 (loads everything)

    return ask(server, config, method, path, body)


def _path(name: str) -> str:
    return f"/users/{quote(name, safe='')}"


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    text: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return text


def _grant(text: str) -> dict[str, JsonValue]:
    """Read ``role`` or ``role@namespace``."""
    role, sign, namespace = text.partition("@")
    if sign and not namespace:
        raise InvalidError([Violation(f"'{text}' names no namespace", path="--role", hint="such as editor@team")])
    return {"role": role, "namespace": namespace}


def _grant_text(shape: JsonValue) -> str:
    return f"{shape['role']}@{shape['namespace']}" if shape["namespace"] else str(shape["role"])
