"""Everything of a namespace that stands in files, as one ZIP."""

from __future__ import annotations

import asyncio
import shutil
import zipfile
from tempfile import SpooledTemporaryFile
from typing import IO

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.file_streams import attachment
from tiercel.api.requests import Incoming, actor_of, environment_of, valid_ids
from tiercel.operations import flow_search, namespace_files
from tiercel.operations.actor import Action, Actor, Resource
from tiercel.operations.environment import Environment

_IN_MEMORY_BYTES = 8 * 1024 * 1024


@get("/api/v1/main/namespaces/{namespace:str}/files/export")
async def export(request: Incoming, namespace: FromPath[str]) -> Stream:
    """Give the files of a namespace as a ZIP, with the sources of its flows below ``_flows``."""
    valid_ids(namespace)
    packed: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 (closed once it was sent)
    try:
        await _pack(environment_of(request), actor_of(request), namespace, packed)
        size = packed.tell()
        packed.seek(0)
    except BaseException:
        packed.close()
        raise
    return attachment(f"{namespace}_files.zip", size, packed)


async def _pack(environment: Environment, actor: Actor, namespace: str, packed: IO[bytes]) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in await namespace_files.list_files(environment, actor, namespace):
            if file.is_directory:
                archive.writestr(f"{file.path}/", b"")
                continue
            _, content = await namespace_files.open_file(environment, actor, namespace, file.path, file.revision)
            with content, archive.open(file.path, "w", force_zip64=True) as target:
                await asyncio.to_thread(shutil.copyfileobj, content, target)
        if actor.may(Resource.FLOW, Action.READ, namespace):
            for saved in await flow_search.list_flows(environment, actor, namespace):
                archive.writestr(f"_flows/{saved.stored.id}.yml", saved.stored.source)


ROUTES = (export,)
