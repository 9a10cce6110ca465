"""Files given as inputs: stored with the execution that gets them, and removed when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

from tiercel.errors import TiercelError
from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.uploads import Upload
from tiercel.storage.paths import input_path, to_uri


async def store_uploads(
    environment: Environment, execution: Execution, inputs: Mapping[str, Json | Upload], folder: str = ""
) -> dict[str, Json]:
    """Store the files among given inputs with their execution; each is replaced by its URI.

    Args:
        environment: Of the installation.
        execution: Whose they are.
        inputs: As given.
        folder: A name of their own, so that they meet no file the execution has; none for one that is new.
    """
    given: dict[str, Json] = {}
    for name, value in inputs.items():
        if isinstance(value, Upload):
            path = _path(execution, name, value, folder)
            await asyncio.to_thread(environment.storage.put, path, value.chunks())
            given[name] = to_uri(path)
        else:
            given[name] = value
    return given


@asynccontextmanager
async def kept_if_taken(
    environment: Environment, execution: Execution, inputs: Mapping[str, Json | Upload], folder: str = ""
) -> AsyncIterator[None]:
    """Remove the files that ``store_uploads`` stored of these when what is done with them inside is refused."""
    try:
        yield
    except TiercelError:
        for name, value in inputs.items():
            if isinstance(value, Upload):
                with suppress(TiercelError):  # whoever asks is told of the refusal; what is left is room on a disk
                    await asyncio.to_thread(environment.storage.delete, _path(execution, name, value, folder))
        raise


def as_stored(inputs: Mapping[str, Json | Upload]) -> dict[str, Json]:
    """Give inputs as they would be if their files were stored already: for a check, which stores nothing."""
    return {
        name: to_uri(f"/{_file_name(value.name)}") if isinstance(value, Upload) else value
        for name, value in inputs.items()
    }


def _path(execution: Execution, name: str, upload: Upload, folder: str) -> str:
    step = f"{folder}/{_file_name(upload.name)}" if folder else _file_name(upload.name)
    return input_path(execution.namespace, execution.flow_id, execution.id, name, step)


def _file_name(name: str) -> str:
    """Give the last step of a name, whatever system its sender has; a name without one is ``file``."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].strip(". ") or "file"
