"""Requests of commands that work with and without a server: to it when it runs, else in this process on its data.

Without a server nobody needs to be known: who can write the files of the installation can do anything to it.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import msgspec

from tiercel.cli.client import Client, refused, url_of
from tiercel.cli.configuration import load_settings
from tiercel.cli.wiring import open_at_rest
from tiercel.errors import ConflictError
from tiercel.model.json import Json
from tiercel.operations.actor import CONSOLE
from tiercel.operations.settings import Settings

_ROOT = "http://localhost/api/v1/main"
_FIRST_ERROR = 400


def ask(server: str, config: Path | None, method: str, path: str, body: Json = None) -> Json:
    """Send one request with a body of JSON and give the JSON of the answer.

    Args:
        server: Address; empty = the server of this machine, or none when its data is at rest.
        config: Settings file, for where the data is.
        method: Of the request.
        path: Below the tenant.
        body: None = none.

    Raises:
        RefusedError: It was refused.
        UnavailableError: A server has the data, or was named, and does not answer.
    """
    if server:
        return _ask_server(server, method, path, body)
    settings = load_settings(config, os.environ)
    try:
        return asyncio.run(_ask_here(settings, method, path, body))
    except ConflictError:
        return _ask_server(url_of(settings.server.host, settings.server.port), method, path, body)


def _ask_server(server: str, method: str, path: str, body: Json) -> Json:
    content = msgspec.json.encode(body) if body is not None else None
    with Client(server) as client:
        return client.request(method, path, content=content, content_type="application/json")


async def _ask_here(settings: Settings, method: str, path: str, body: Json) -> Json:
    async with open_at_rest(settings, os.environ) as installation:
        app = installation.application(is_open=True, everybody=CONSOLE)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            response = await client.request(method, _ROOT + path, json=body)
    if response.status_code >= _FIRST_ERROR:
        raise refused(response)
    return msgspec.json.decode(response.content) if response.content else None
