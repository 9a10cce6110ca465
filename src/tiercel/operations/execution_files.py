"""Files of an execution: what it was given, what its tasks stored."""

from __future__ import annotations

import asyncio
from typing import BinaryIO

from msgspec import Struct

from tiercel.errors import InvalidError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.storage.paths import execution_directory, execution_of, from_uri, name_of

_PREVIEW_BYTES = 2 * 1024 * 1024


class Preview(Struct, frozen=True):
    """The beginning of a text file; ``is_cut`` when there is more."""

    name: str
    lines: list[str]
    is_cut: bool


@operation(Resource.EXECUTION, Action.READ)
async def open_file(environment: Environment, actor: Actor, execution_id: str, uri: str) -> tuple[str, int, BinaryIO]:
    """Open a file of an execution; gives its name, its size in bytes and the open file, to be read on a thread.

    Raises:
        NotFoundError: There is no such execution or file.
        InvalidError: The file is not of this execution.
    """
    path = await _path_of(environment, actor, execution_id, uri)
    stored = await asyncio.to_thread(environment.storage.stat, path)
    return name_of(path), stored.size_bytes, await asyncio.to_thread(environment.storage.open, path)


@operation(Resource.EXECUTION, Action.READ)
async def size_of_file(environment: Environment, actor: Actor, execution_id: str, uri: str) -> int:
    """Give the size of a file of an execution in bytes; raises as ``open_file`` does."""
    path = await _path_of(environment, actor, execution_id, uri)
    return (await asyncio.to_thread(environment.storage.stat, path)).size_bytes


@operation(Resource.EXECUTION, Action.READ)
async def preview_file(
    environment: Environment, actor: Actor, execution_id: str, uri: str, max_lines: int, encoding: str
) -> Preview:
    """Give the first lines of a text file of an execution.

    Raises:
        NotFoundError: There is no such execution or file.
        InvalidError: The file is not of this execution, or the encoding is unknown.
    """
    path = await _path_of(environment, actor, execution_id, uri)
    return await asyncio.to_thread(_preview, environment, path, max_lines, encoding)


def _preview(environment: Environment, path: str, max_lines: int, encoding: str) -> Preview:
    with environment.storage.open(path) as file:
        content = file.read(_PREVIEW_BYTES + 1)
    try:
        text = content[:_PREVIEW_BYTES].decode(encoding, errors="replace")
    except LookupError:
        raise InvalidError([Violation(f"'{encoding}' is no encoding", path="encoding")]) from None
    lines = text.splitlines()
    return Preview(name_of(path), lines[:max_lines], len(content) > _PREVIEW_BYTES or len(lines) > max_lines)


async def _path_of(environment: Environment, actor: Actor, execution_id: str, uri: str) -> str:
    found = await get_execution(environment, actor, execution_id)
    execution = found.execution
    path = from_uri(uri)
    if not path.startswith(f"{execution_directory(execution.namespace, execution.flow_id, execution.id)}/"):
        owner = execution_of(path)
        hint = f"ask for it under execution {owner}" if owner else ""
        raise InvalidError([Violation(f"{uri} is no file of execution {execution_id}", path="path", hint=hint)])
    return path
