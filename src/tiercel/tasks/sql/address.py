"""Addresses of databases as flows write them: ``jdbc:postgresql://host:5432/name?option=value``."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct, field

from tiercel.plugins import TaskError


class Address(Struct, frozen=True, kw_only=True):
    """A database on the network.

    Attributes:
        hosts: Pairs of host and port, in the order they are tried; port 0 = the usual one.
        options: What stands after the question mark.
        username: When it stands in the address itself.
        password: The same.
    """

    hosts: tuple[tuple[str, int], ...]
    database: str
    options: dict[str, str] = field(default_factory=dict)
    username: str | None = None
    password: str | None = None


def read_address(url: str, schemes: tuple[str, ...]) -> Address:
    """Read the address of a server.

    Raises:
        TaskError: It is none of these schemes; the message says what is expected.
    """
    scheme, slashes, rest = url.strip().removeprefix("jdbc:").partition("://")
    if scheme not in schemes or not slashes:
        raise TaskError(f"`url` must look like jdbc:{schemes[0]}://host:port/database, not {_shown(url)}")
    place, _, query = rest.partition("?")
    servers, _, database = place.partition("/")
    login, at, servers = servers.rpartition("@")
    username, _, password = login.partition(":")
    options = dict(parse_qsl(query, keep_blank_values=True))
    return Address(
        hosts=tuple(_host(server, url) for server in servers.split(",")),
        database=unquote(database),
        options=options,
        username=unquote(username) if at else options.pop("user", None),
        password=unquote(password) if at and password else options.pop("password", None),
    )


def read_path(url: str, scheme: str) -> str:
    """Read the address of a database that is a file; empty when it is in memory.

    Raises:
        TaskError: It is of another kind.
    """
    start = f"jdbc:{scheme}:"
    if not url.strip().startswith(start):
        raise TaskError(f"`url` must look like {start}name.db, or {start} for a database in memory, not {_shown(url)}")
    path = url.strip().removeprefix(start).partition("?")[0]
    return "" if path in {":memory:", "null", "memory"} else path


def _host(server: str, url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{server}")
        place = parts.hostname or "localhost", parts.port or 0
    except ValueError:
        raise TaskError(f"`url` names no host and port that can be read: {_shown(url)}") from None
    return place


def _shown(url: str) -> str:
    """Give an address without what may be a password."""
    login, at, rest = url.rpartition("@")
    shown = f"{login.partition('://')[0]}://***@{rest}" if at else url
    return f"'{shown.partition('?')[0]}'"
