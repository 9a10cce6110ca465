"""What a call of a webhook carries: a body, or a form with fields and files.

Nothing of it is read before the caller has shown the key, so that a stranger cannot make the server keep anything.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from tiercel.errors import TiercelError
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.uploads import Upload
from tiercel.storage.paths import from_uri, to_uri, trigger_directory

_MOST_NAME = 100
_NOT_IN_NAME = re.compile(r"[^\w.-]+")


class SentFile(Struct, frozen=True, kw_only=True):
    """A file of a form; ``name`` is that of its field."""

    name: str
    upload: Upload
    content_type: str


class SentForm(Struct, frozen=True):
    """The parts of a form: fields with all their values, and files in their order."""

    fields: dict[str, list[str]]
    files: Sequence[SentFile] = ()


class Content(Protocol):
    """The body of a call, read when it is asked for."""

    @property
    def is_urlencoded(self) -> bool:
        """Whether the body is a form in the way of a query."""

    @property
    def is_binary(self) -> bool:
        """Whether the caller says that the body is no text."""

    async def whole(self) -> bytes:
        """Give the body as it was sent; it is held in memory, so there is a limit to it."""

    async def form(self) -> SentForm | None:
        """Give the parts of a form of several parts; None for any other body. Also after ``whole``."""


async def read_content(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, content: Content, execution_id: str
) -> dict[str, Json]:
    """Give what expressions see of the content as part of ``trigger``; files are stored with the execution."""
    fetch = trigger.properties.get("fetchType")
    if fetch == "NONE":
        return {"body": None}
    directory = trigger_directory(flow.namespace, flow.id, execution_id, trigger.id)
    if fetch == "STORE":
        path = f"{directory}/body"
        await asyncio.to_thread(environment.storage.put, path, [await content.whole()])
        return {"body": None, "uri": to_uri(path)}
    form = await content.form()
    if form is None:
        body = await content.whole()
        if body and content.is_binary and flow.dialect is Dialect.V2_0:
            return {"body": b64encode(body).decode()}
        fields = _fields_of(body) if content.is_urlencoded else None
        return {"body": _read_body(body), **({} if fields is None else {"formFields": fields})}
    parts = [await _store(environment, f"{directory}/{number}", file) for number, file in enumerate(form.files)]
    return {"body": None, "formFields": {**form.fields}, "parts": parts}


@asynccontextmanager
async def kept_if_started(environment: Environment, content: Mapping[str, Json]) -> AsyncIterator[None]:
    """Remove the files of a call when what is done with it inside is refused."""
    try:
        yield
    except TiercelError:
        await forget_content(environment, content)
        raise


async def forget_content(environment: Environment, content: Mapping[str, Json]) -> None:
    """Remove the files of a call that started nothing."""
    parts = content.get("parts") or []
    uris = [one["uri"] for one in (content, *parts) if "uri" in one]
    for uri in uris:
        with suppress(TiercelError):  # the call has its answer; what is left is only room on a disk
            await asyncio.to_thread(environment.storage.delete, from_uri(uri))


async def _store(environment: Environment, directory: str, file: SentFile) -> Json:
    path = f"{directory}/{_safe(file.upload.name)}"
    size = await asyncio.to_thread(environment.storage.put, path, file.upload.chunks())
    return {
        "name": file.name,
        "filename": file.upload.name,
        "contentType": file.content_type,
        "size": size,
        "uri": to_uri(path),
    }


def _safe(name: str) -> str:
    """Give a name as the last step of a path: whatever a caller calls a file, it cannot lead elsewhere."""
    return _NOT_IN_NAME.sub("-", name.replace("\\", "/").rsplit("/", 1)[-1])[-_MOST_NAME:].strip(".-") or "file"


def _fields_of(body: bytes) -> dict[str, Json]:
    found: dict[str, list[str]] = {}
    with suppress(ValueError):  # more fields than anybody sends, or not in UTF-8; the text is there all the same
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=1000)
        for name, value in pairs:
            found.setdefault(name, []).append(value)
    return {**found}


def _read_body(body: bytes) -> Json:
    """Give maps and lists of JSON as such, everything else as text, and nothing as None."""
    if not body:
        return None
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        value = None
    return value if isinstance(value, (dict, list)) else body.decode("utf-8", "replace")
