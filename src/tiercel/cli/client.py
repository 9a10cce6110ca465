"""The HTTP client of the commands: one address, one place that turns refusals into messages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlencode

import httpx
import msgspec

from tiercel.cli.options import open_given
from tiercel.errors import TiercelError, UnavailableError
from tiercel.model.json import Json

TOKEN, USER, PASSWORD = "TIERCEL_TOKEN", "TIERCEL_USER", "TIERCEL_PASSWORD"
"""Variables that hold who the commands speak for: an API token, or a name and its password."""

DEFAULT_URL = "http://localhost:8080"
_ROOT = "/api/v1/main"
_FIRST_ERROR = 400
_UNKNOWN = 401
_NOTHING = 404


class RefusedError(TiercelError):
    """The server answered with an error; ``details`` has one line for each violation."""

    def __init__(self, status: int, message: str, details: list[str]) -> None:
        self.status = status
        self.details = details
        super().__init__(message)


class Client:
    """A connection to one server; use it as a context."""

    def __init__(self, url: str | None) -> None:
        self._url = (url or os.environ.get("TIERCEL_URL") or DEFAULT_URL).rstrip("/")
        timeout = httpx.Timeout(60.0, connect=5.0, read=None)
        self._http = httpx.Client(base_url=self._url + _ROOT, timeout=timeout, auth=_auth(), headers=_bearer())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: list[tuple[str, str]] | None = None,
        content: bytes | None = None,
        content_type: str | None = None,
        parts: list[tuple[str, tuple[str | None, bytes]]] | None = None,
    ) -> Json:
        """Send one request and give the JSON of the answer, None when it has no body.

        Raises:
            RefusedError: The server refused it.
            UnavailableError: The server cannot be reached.
        """
        headers = {"Content-Type": content_type} if content_type else None
        try:
            response = self._http.request(
                method,
                path,
                params=_params(query),
                content=content,
                files=parts or None,
                headers=headers,
            )
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        if response.status_code >= _FIRST_ERROR:
            raise refused(response)
        if not response.content:
            return None
        if "json" in response.headers.get("content-type", ""):
            return msgspec.json.decode(response.content)
        return response.text

    def put_key(self, path: str, content: bytes, description: str) -> None:
        """Set a key to what a text says.

        Raises:
            RefusedError: The server refused it.
            UnavailableError: The server cannot be reached.
        """
        headers = {"Content-Type": "text/plain"} | ({"description": description} if description else {})
        try:
            response = self._http.put(path, content=content, headers=headers)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        if response.status_code >= _FIRST_ERROR:
            raise refused(response)

    def find_bytes(self, path: str, query: dict[str, str]) -> bytes | None:
        """Give the body of an answer as it is, None when there is nothing.

        Raises:
            RefusedError: The server refused it.
            UnavailableError: The server cannot be reached.
        """
        try:
            response = self._http.get(path, params=query)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None
        if response.status_code == _NOTHING:
            return None
        if response.status_code >= _FIRST_ERROR:
            raise refused(response)
        return response.content

    def follow(self, path: str, query: list[tuple[str, str]] | None = None) -> Iterator[tuple[str, Json]]:
        """Give the frames of an event stream as pairs of id and data, until the server closes it.

        Raises:
            RefusedError: The server refused it.
            UnavailableError: The server cannot be reached, or went away.
        """
        try:
            with self._http.stream("GET", path, params=_params(query)) as response:
                if response.status_code >= _FIRST_ERROR:
                    response.read()
                    raise refused(response)
                yield from _frames(response.iter_lines())
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _unreachable(self, error: httpx.TransportError) -> UnavailableError:
        return UnavailableError(
            f"{self._url} does not answer ({error}). Start a server with `tiercel server`, or name one with --server."
        )


def url_of(host: str, port: int) -> str:
    """Give the address of a server on this machine that listens there."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_unspecified:
        return f"http://localhost:{port}"
    return f"http://[{host}]:{port}" if address.version == 6 else f"http://{host}:{port}"  # noqa: PLR2004 (IPv6)


def _bearer() -> dict[str, str]:
    token = os.environ.get(TOKEN)
    client = {"X-Tiercel-Client": "cli"}
    return client | {"Authorization": f"Bearer {token}"} if token else client


def _auth() -> httpx.BasicAuth | None:
    name = os.environ.get(USER)
    return httpx.BasicAuth(name, os.environ.get(PASSWORD, "")) if name and not os.environ.get(TOKEN) else None


def input_parts(inputs: Mapping[str, str]) -> list[tuple[str, tuple[str | None, bytes]]]:
    """Turn ``name=value`` pairs into parts; ``@path`` sends a file.

    Raises:
        InvalidError: A file cannot be read.
    """
    parts: list[tuple[str, tuple[str | None, bytes]]] = []
    for name, value in inputs.items():
        file = open_given(name, value)
        if file is None:
            parts.append((name, (None, value.encode())))
            continue
        with file[1] as stream:
            parts.append((name, (file[0], stream.read())))
    return parts


def _params(query: list[tuple[str, str]] | None) -> httpx.QueryParams:
    return httpx.QueryParams(urlencode(query or ()))


def _frames(lines: Iterator[str]) -> Iterator[tuple[str, Json]]:
    name, data = "", ""
    for line in lines:
        if line.startswith("id:"):
            name = line[3:].strip()
        elif line.startswith("data:"):
            data += line[5:].strip()
        elif not line and data:
            yield name, msgspec.json.decode(data)
            name, data = "", ""


def refused(response: httpx.Response) -> RefusedError:
    """Give the error that an answer of a server tells of."""
    try:
        body = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return RefusedError(response.status_code, response.text or response.reason_phrase, [])
    details = [f"Set {TOKEN}, or {USER} and {PASSWORD}."] if response.status_code == _UNKNOWN else []
    for violation in body.get("errors", []):
        where = violation.get("path", "")
        line = f"{violation['line']}:{violation['column']} " if "line" in violation else ""
        hint = f" ({violation['hint']})" if violation.get("hint") else ""
        details.append(f"{line}{where + ': ' if where else ''}{violation['detail']}{hint}")
    return RefusedError(response.status_code, body.get("message") or response.reason_phrase, details)
