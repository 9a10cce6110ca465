"""Files of an execution: what it was given, what its tasks stored."""

from __future__ import annotations

import asyncio
from typing import BinaryIO

from tiercel.errors import InvalidArgumentError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.previews import Preview, preview_of
from tiercel.storage.paths import execution_directory, execution_of, from_uri, name_of


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
    """Give what can be shown of a file of an execution: its first lines or rows, or that it is an image or the like.

    Raises:
        NotFoundError: There is no such execution or file.
        InvalidError: The file is not of this execution, or the encoding is unknown.
    """
    path = await _path_of(environment, actor, execution_id, uri)
    return await asyncio.to_thread(_preview, environment, path, max_lines, encoding)


def _preview(environment: Environment, path: str, max_lines: int, encoding: str) -> Preview:
    size_bytes = environment.storage.stat(path).size_bytes
    with environment.storage.open(path) as file:
        return preview_of(name_of(path), size_bytes, file, max_lines, encoding)


async def _path_of(environment: Environment, actor: Actor, execution_id: str, uri: str) -> str:
    found = await get_execution(environment, actor, execution_id)
    execution = found.execution
    path = from_uri(uri)
    if not path.startswith(f"{execution_directory(execution.namespace, execution.flow_id, execution.id)}/"):
        owner = execution_of(path)
        hint = f"ask for it under execution {owner}" if owner else ""
        raise InvalidArgumentError([Violation(f"{uri} is no file of execution {execution_id}", path="path", hint=hint)])
    return path
