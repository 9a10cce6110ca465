"""Files: those of executions, and the outputs of their tasks; those of namespaces."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, unquote

from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.archives import documents_of
from tiercel.api.errors import RequestError
from tiercel.api.file_archives import FLOWS, FileArchive
from tiercel.api.file_streams import attachment, inline
from tiercel.api.paging import LARGEST
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    empty,
    environment_of,
    expected_revision,
    flag,
    needed,
    one,
    parts_of,
    query_of,
    valid_ids,
    whole,
    with_etag,
)
from tiercel.api.shapes.files import file_shape, folder_shape, preview_shape
from tiercel.errors import InvalidArgumentError, NotFoundError, Violation
from tiercel.model.execution import TaskRun
from tiercel.model.json import Json
from tiercel.operations import execution_files, namespace_files
from tiercel.operations.actor import Actor
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution, get_outputs
from tiercel.operations.flow_bundles import save_texts
from tiercel.operations.showing import shown_execution, shown_outputs
from tiercel.operations.uploads import Upload
from tiercel.source import MAX_SIZE_BYTES

_EXECUTIONS = "/api/v1/main/executions/{execution_id:str}"
_OUTPUTS = "/api/v1/main/outputs"
_NAMESPACES = "/api/v1/main/namespaces/{namespace:str}/files"
_MOST_ROWS = 5000


@get(_EXECUTIONS + "/file")
async def download(request: Incoming, execution_id: FromPath[str]) -> Stream:
    """Give a file of an execution, to keep; with ``inline`` an image or a PDF to look at."""
    valid_ids(execution_id)
    query = query_of(request)
    uri = needed(query, "path")
    name, size, file = await execution_files.open_file(environment_of(request), actor_of(request), execution_id, uri)
    if flag(query, "inline"):
        return await inline(name, size, file)
    return attachment(name, size, file)


@get(_EXECUTIONS + "/file/metas")
async def describe(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give the size of a file of an execution."""
    valid_ids(execution_id)
    uri = needed(query_of(request), "path")
    return answer(
        {"size": await execution_files.size_of_file(environment_of(request), actor_of(request), execution_id, uri)}
    )


@get(_EXECUTIONS + "/file/preview")
async def preview(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give the beginning of a file of an execution."""
    valid_ids(execution_id)
    query = query_of(request)
    rows = min(max(whole(query, "maxRows") or 100, 1), _MOST_ROWS)
    found = await execution_files.preview_file(
        environment_of(request),
        actor_of(request),
        execution_id,
        needed(query, "path"),
        rows,
        one(query, "encoding") or "UTF-8",
    )
    return answer(preview_shape(found))


@get(_OUTPUTS + "/executions/{execution_id:str}")
async def outputs_of_execution(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """Give the outputs of the flow."""
    valid_ids(execution_id)
    environment = environment_of(request)
    found = await get_execution(environment, actor_of(request), execution_id)
    return answer(shown_execution(environment, found.execution).outputs or {})


@get([_OUTPUTS + "/tasks/{execution_id:str}", _OUTPUTS + "/{execution_id:str}"])
async def list_outputs(request: Incoming, execution_id: FromPath[str]) -> Response[bytes]:
    """List the task runs that have outputs."""
    valid_ids(execution_id)
    found = await get_execution(environment_of(request), actor_of(request), execution_id)
    runs = [run for run in found.task_runs if run.outputs is not None or run.outputs_uri is not None]
    return answer([_output_shape(run) for run in runs])


@get([_OUTPUTS + "/tasks/{execution_id:str}/{task_run_id:str}", _OUTPUTS + "/{execution_id:str}/{task_run_id:str}"])
async def outputs_of_task_run(
    request: Incoming, execution_id: FromPath[str], task_run_id: FromPath[str]
) -> Response[bytes]:
    """Give the outputs of one task run, however large they are."""
    valid_ids(execution_id, task_run_id)
    environment, actor = environment_of(request), actor_of(request)
    outputs = await get_outputs(environment, actor, execution_id, task_run_id)
    found = await get_execution(environment, actor, execution_id)
    return answer(shown_outputs(environment, found.execution, outputs))


@get(_NAMESPACES)
async def get_namespace_file(request: Incoming, namespace: FromPath[str]) -> Stream:
    """Give a file of a namespace."""
    valid_ids(namespace)
    query = query_of(request)
    path = _no_flow(needed(query, "path"))
    stored, file = await namespace_files.open_file(
        environment_of(request), actor_of(request), namespace, path, whole(query, "revision")
    )
    response = attachment(stored.path.rsplit("/", 1)[-1], stored.size_bytes, file)
    response.headers["ETag"] = f'"{stored.revision}"'
    return response


@post(_NAMESPACES, status_code=200)
async def save_namespace_file(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Store a file of a namespace; of a file whose name ends in .zip, all that it holds. Below _flows lie flows.

    ``If-Match`` names the revision that was edited.
    """
    valid_ids(namespace)
    content = (await parts_of(request)).get("fileContent")
    if content is None:
        raise RequestError(422, "invalid-request-body", "Send the file as the part fileContent")
    path = needed(query_of(request), "path")
    environment, actor = environment_of(request), actor_of(request)
    if isinstance(content, Upload) and content.name.lower().endswith(".zip"):
        await _unpack(environment, actor, namespace, content)
    elif path.lstrip("/").startswith(FLOWS):
        sent = content.file.read(MAX_SIZE_BYTES + 1) if isinstance(content, Upload) else str(content).encode()
        await save_texts(environment, actor, documents_of(path, sent), namespace=namespace, is_deleting=False)
    else:
        chunks = content.chunks() if isinstance(content, Upload) else str(content).encode()
        revision = expected_revision(request)
        saved = await namespace_files.save_file(environment, actor, namespace, path, chunks, expected_revision=revision)
        return with_etag(empty(), saved.revision)
    return empty()


async def _unpack(environment: Environment, actor: Actor, namespace: str, content: Upload) -> None:
    most_bytes = environment.settings.server.upload_limit_bytes
    archive = await asyncio.to_thread(FileArchive, content.file, content.name, most_bytes)
    sources = [path for path in archive.files if path.startswith(FLOWS)]
    texts: list[tuple[str, str]] = []
    for path in sources:
        texts += documents_of(path, b"".join(archive.read(path)))
    files = [(path, archive.read(path)) for path in archive.files if not path.startswith(FLOWS)]
    if texts:
        await save_texts(environment, actor, texts, namespace=namespace, is_deleting=False)
    if files:
        await namespace_files.save_files(environment, actor, namespace, files)


@put(_NAMESPACES)
async def move_namespace_files(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Move a file or directory of a namespace."""
    valid_ids(namespace)
    query = query_of(request)
    await namespace_files.move_files(
        environment_of(request),
        actor_of(request),
        namespace,
        _no_flow(needed(query, "from")),
        _no_flow(needed(query, "to")),
    )
    return empty()


@delete(_NAMESPACES, status_code=200)
async def delete_namespace_files(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Remove a file or directory of a namespace, and the directories above that are empty then."""
    valid_ids(namespace)
    environment, actor = environment_of(request), actor_of(request)
    path = needed(query_of(request), "path")
    await namespace_files.delete_files(environment, actor, namespace, path)
    await namespace_files.delete_empty_parents(environment, actor, namespace, path)
    return empty()


@get(_NAMESPACES + "/directory")
async def list_directory(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """List what stands directly in a directory."""
    valid_ids(namespace)
    directory = (one(query_of(request), "path") or "").strip("/")
    found = await namespace_files.list_files(environment_of(request), actor_of(request), namespace, directory)
    if directory and not found:
        await namespace_files.get_file(environment_of(request), actor_of(request), namespace, directory)
    skipped = len(directory) + 1 if directory else 0
    shown: dict[str, Json] = {}
    for file in found:
        name, slash, _ = file.path[skipped:].partition("/")
        if slash:
            shown.setdefault(name, folder_shape(name, file))
        else:
            shown[name] = file_shape(file)
    return answer([shape for _, shape in sorted(shown.items())])


@post(_NAMESPACES + "/directory", status_code=200)
async def make_directory(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Make a directory."""
    valid_ids(namespace)
    path = _no_flow(needed(query_of(request), "path"))
    await namespace_files.make_directory(environment_of(request), actor_of(request), namespace, path)
    return empty()


@get(_NAMESPACES + "/search")
async def search_namespace_files(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Name the files whose path holds a text: all, or with ``size`` so many after ``cursor``.

    The answer has no room for it, so ``X-Next-Cursor`` asks for what follows.
    """
    valid_ids(namespace)
    query = query_of(request)
    text, cursor, size = one(query, "q") or "", unquote(one(query, "cursor") or ""), whole(query, "size")
    if size is not None and not 1 <= size <= LARGEST:
        raise InvalidArgumentError([Violation(f"must be from 1 to {LARGEST}", path="size")])
    found = await namespace_files.search_files(
        environment_of(request), actor_of(request), namespace, text, after=cursor, limit=size
    )
    headers = {"X-Next-Cursor": quote(found.next_path)} if found.next_path else {}
    return answer([f"/{path}" for path in found.paths], headers=headers)


@get(_NAMESPACES + "/stats")
async def describe_namespace_file(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Describe a file or directory."""
    valid_ids(namespace)
    path = one(query_of(request), "path") or "/"
    environment, actor = environment_of(request), actor_of(request)
    below = await namespace_files.list_files(environment, actor, namespace, path)
    if below:
        return answer(folder_shape(path.strip("/").rsplit("/", 1)[-1], below[0]))
    return answer(file_shape(await namespace_files.get_file(environment, actor, namespace, path)))


@get(_NAMESPACES + "/revisions")
async def list_file_revisions(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """List the revisions of a file."""
    valid_ids(namespace)
    path = needed(query_of(request), "path")
    found = await namespace_files.list_revisions(environment_of(request), actor_of(request), namespace, path)
    if not found:
        raise NotFoundError("file", f"{path} in namespace {namespace}")
    return answer([{"revision": file.revision} for file in found])


def _no_flow(path: str) -> str:
    if f"{path.strip('/')}/".startswith(FLOWS):
        message = f"{path}: flows are no files; read and save them as flows"
        raise RequestError(422, "invalid-argument", message)
    return path


def _output_shape(run: TaskRun) -> dict[str, Json]:
    shape: dict[str, Json] = {"taskId": run.task_id, "taskRunId": run.id, "inline": run.outputs is not None}
    if run.value is not None:
        shape["value"] = run.value
    if run.iteration is not None:
        shape["iteration"] = run.iteration
    return shape


ROUTES = (
    download,
    describe,
    preview,
    outputs_of_execution,
    list_outputs,
    outputs_of_task_run,
    get_namespace_file,
    save_namespace_file,
    move_namespace_files,
    delete_namespace_files,
    list_directory,
    make_directory,
    search_namespace_files,
    describe_namespace_file,
    list_file_revisions,
)
