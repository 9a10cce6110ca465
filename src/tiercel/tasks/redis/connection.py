"""Connecting to Redis, and how values are written there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from tiercel.plugins import Json, RunContext, Task, TaskError
from tiercel.tasks.http.reach import check_host
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.serdes.values import open_rows

_PORT = 6379
_CONNECT_SECONDS, _ANSWER_SECONDS = 10, 60

Serde = Literal["STRING", "JSON"]


class RedisTask(Task):
    """A task on Redis.

    Attributes:
        url: Address of the server, such as ``redis://:password@host:6379/0``.
    """

    url: str

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Any]:
        """Open a connection.

        Raises:
            TaskError: The server refuses something or cannot be reached; its address, which may hold a password,
                is not told.
        """
        library = _library()
        parts = urlsplit(self.url)
        if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
            raise TaskError("url is not an address such as redis://:password@host:6379/0")
        check_host(ctx, parts.hostname, parts.port or _PORT)
        try:
            client = library.Redis.from_url(
                self.url,
                decode_responses=True,
                socket_connect_timeout=_CONNECT_SECONDS,
                socket_timeout=_ANSWER_SECONDS,
            )
            try:
                yield client
            finally:
                client.close()
        except (library.RedisError, ValueError) as error:
            told = str(error).replace(parts.password, "******") if parts.password else str(error)
            raise TaskError(f"Redis at {parts.hostname}: {told}") from None


def written(value: Json, serde: Serde) -> str:
    """Write a value as it is kept there."""
    if serde == "JSON":
        return json_line(value)
    return value if isinstance(value, str) else json_line(value)


def read(text: str | None, serde: Serde) -> Json:
    """Read a value as it is kept there.

    Raises:
        TaskError: It is not JSON where it should be.
    """
    if serde == "STRING" or text is None:
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise TaskError(f"A value is not JSON: {error}; set serdeType to STRING") from None


def values_from(ctx: RunContext, given: str | list[Json]) -> Iterator[Json]:
    """Give the values to send: those of a list, also of one in JSON, or the rows of a stored file."""
    if isinstance(given, str) and given.lstrip().startswith("["):
        try:
            given = json.loads(given)
        except ValueError as error:
            raise TaskError(f"`from` is neither a JSON list nor the URI of a file: {error}") from None
    yield from open_rows(ctx, given) if isinstance(given, str) else given


def _library() -> Any:  # noqa: ANN401 (an optional package)
    try:
        import redis  # noqa: PLC0415 (an optional package, needed by Redis alone)
    except ImportError:
        raise TaskError("Redis needs a package that is not installed: pip install 'tiercel[redis]'") from None
    return redis
