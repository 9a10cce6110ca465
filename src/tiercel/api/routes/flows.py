"""Flows: create, update, read, search, validate, remove; revisions; whole namespaces at once."""

from __future__ import annotations

import asyncio

from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from tiercel.api.archives import documents_of, read_texts
from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import FLOW_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import (
    Incoming,
    Query,
    actor_of,
    answer,
    environment_of,
    every,
    expected_revision,
    flag,
    form_of,
    needed,
    number,
    one,
    parts_of,
    query_of,
    source_of,
    valid_ids,
    whole,
)
from tiercel.api.shapes.flows import flow_shape, task_shape, validation_shape
from tiercel.errors import InvalidError, NotFoundError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json
from tiercel.operations import flow_bundles, flow_search, flows
from tiercel.operations.actor import Action, Resource
from tiercel.operations.flows import SavedFlow
from tiercel.operations.uploads import Upload
from tiercel.source import MAX_SIZE_BYTES, split_documents

_ROOT = "/api/v1/main/flows"


def dialect_of(query: Query) -> DialectSetting | None:
    """Read ``?dialect=``.

    Raises:
        RequestError: There is no such dialect.
    """
    value = one(query, "dialect")
    if value is None:
        return None
    try:
        return DialectSetting(value)
    except ValueError:
        raise RequestError(422, "invalid-argument", f"dialect is auto, 1.3 or 2.0, not '{value}'") from None


@post(_ROOT, status_code=200)
async def create_flow(request: Incoming) -> Response[bytes]:
    """Store a new flow from its source."""
    query = query_of(request)
    source = await source_of(request)
    saved = await flows.create_flow(
        environment_of(request), actor_of(request), source, dialect=dialect_of(query), is_draft=flag(query, "draft")
    )
    return _saved(saved)


@put(_ROOT + "/{namespace:str}/{flow_id:str}")
async def update_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Store a new revision; ``If-Match`` names the revision that was edited."""
    valid_ids(namespace, flow_id)
    query = query_of(request)
    saved = await flows.update_flow(
        environment_of(request),
        actor_of(request),
        (namespace, flow_id),
        await source_of(request),
        dialect=dialect_of(query),
        is_draft=flag(query, "draft"),
        expected_revision=expected_revision(request),
    )
    return _saved(saved)


@get(_ROOT + "/{namespace:str}/{flow_id:str}")
async def get_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Give a flow, with its source when asked for."""
    valid_ids(namespace, flow_id)
    query = query_of(request)
    saved = await flows.get_flow(
        environment_of(request),
        actor_of(request),
        (namespace, flow_id),
        revision=whole(query, "revision"),
        with_deleted=flag(query, "allowDeleted"),
    )
    return _saved(saved, with_source=flag(query, "source"))


@delete(_ROOT + "/{namespace:str}/{flow_id:str}", status_code=204)
async def delete_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> None:
    """Remove a flow; its revisions can still be read."""
    valid_ids(namespace, flow_id)
    await flows.delete_flow(environment_of(request), actor_of(request), (namespace, flow_id))


@get(_ROOT + "/{namespace:str}/{flow_id:str}/revisions")
async def list_revisions(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """List every revision with its source, oldest first; ``allowDelete`` shows at the last that the flow is gone."""
    valid_ids(namespace, flow_id)
    found = await flows.list_revisions(environment_of(request), actor_of(request), (namespace, flow_id))
    shapes: list[Json] = [flow_shape(saved, with_source=True) | {"deleted": False} for saved in found]
    shapes[-1]["deleted"] = found[-1].stored.is_deleted and flag(query_of(request), "allowDelete")
    return answer(shapes)


@delete(_ROOT + "/{namespace:str}/{flow_id:str}/revisions", status_code=204)
async def delete_revisions(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> None:
    """Remove some revisions for good."""
    valid_ids(namespace, flow_id)
    query = query_of(request)
    needed(query, "revisions")
    revisions = [number("revisions", text) for text in every(query, "revisions")]
    await flows.delete_revisions(environment_of(request), actor_of(request), (namespace, flow_id), revisions)


@get(_ROOT + "/{namespace:str}/{flow_id:str}/tasks/{task_id:str}")
async def get_task(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], task_id: FromPath[str]
) -> Response[bytes]:
    """Give one task of a flow as written."""
    valid_ids(namespace, flow_id, task_id)
    saved = await flows.get_flow(
        environment_of(request),
        actor_of(request),
        (namespace, flow_id),
        revision=whole(query_of(request), "revision"),
    )
    task = task_shape(saved, task_id)
    if task is None:
        raise NotFoundError("task", task_id)
    return answer(task)


@get(_ROOT + "/search")
async def search_flows(request: Incoming) -> Response[bytes]:
    """Give one page of flows."""
    query = query_of(request)
    environment = environment_of(request)
    where = read_filters(with_flat_filters(query), FLOW_FIELDS, environment.clock())
    found = await flow_search.search_flows(environment, actor_of(request), read_page(query, where))
    return answer(page_shape(found, flow_shape))


@get(_ROOT + "/distinct-namespaces")
async def list_namespaces(request: Incoming) -> Response[bytes]:
    """List the namespaces that have flows."""
    found = await flow_search.list_namespaces(environment_of(request), actor_of(request))
    text = one(query_of(request), "q") or ""
    return answer([namespace for namespace in found if text.lower() in namespace.lower()])


@get(_ROOT + "/{namespace:str}")
async def list_flows(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """List the flows of exactly one namespace."""
    valid_ids(namespace)
    found = await flow_search.list_flows(environment_of(request), actor_of(request), namespace)
    return answer([flow_shape(saved) for saved in found])


@post(_ROOT + "/validate", status_code=200)
async def validate_flows(request: Incoming) -> Response[bytes]:
    """Check flows: one answer for each document, whatever is wrong with it."""
    query = query_of(request)
    checked = await flow_bundles.validate_texts(
        environment_of(request), actor_of(request), await _texts_of(request), dialect=dialect_of(query)
    )
    return answer([validation_shape(index, one_checked) for index, one_checked in enumerate(checked)])


@post(_ROOT + "/bulk", status_code=200)
async def update_flows(request: Incoming) -> Response[bytes]:
    """Store every document; with ``delete`` the flows that are not among them go."""
    actor_of(request).require(Resource.FLOW, Action.UPDATE)
    query, texts = query_of(request), await _texts_of(request)
    namespace, is_deleting = one(query, "namespace"), flag(query, "delete", default=True)
    if not texts and is_deleting and namespace is None:
        hint = "send the documents, name a namespace, or add delete=false"
        raise InvalidError([Violation("nothing was sent, which would remove every flow there is", path="", hint=hint)])
    saved = await flow_bundles.save_texts(
        environment_of(request),
        actor_of(request),
        texts,
        namespace=namespace,
        is_deleting=is_deleting,
        with_children=flag(query, "allowNamespaceChild"),
    )
    return answer([flow_shape(one_saved, with_source=True) for one_saved in saved])


@post(_ROOT + "/{namespace:str}", status_code=200)
async def update_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Store the flows of one namespace; with ``delete`` those that are not given go."""
    valid_ids(namespace)
    query = query_of(request)
    saved = await flow_bundles.save_texts(
        environment_of(request),
        actor_of(request),
        await _texts_of(request),
        namespace=namespace,
        is_deleting=flag(query, "delete", default=True),
        is_overriding=flag(query, "override"),
    )
    return answer([flow_shape(one_saved, with_source=True) for one_saved in saved])


@post(_ROOT + "/import", status_code=200)
async def import_flows(request: Incoming) -> Response[bytes]:
    """Store the flows of a YAML file or a ZIP; gives the names of those that cannot be."""
    upload = (await parts_of(request)).get("fileUpload")
    if not isinstance(upload, Upload):
        raise RequestError(422, "invalid-request-body", "Send the file as the part fileUpload")
    texts = await asyncio.to_thread(read_texts, upload.name, upload.file)
    failed = await flow_bundles.import_texts(environment_of(request), actor_of(request), texts)
    if failed and flag(query_of(request), "failOnError"):
        raise InvalidError([Violation("cannot be imported", path=name) for name in failed])
    return answer(failed)


def _saved(saved: SavedFlow, *, with_source: bool = True) -> Response[bytes]:
    response = answer(flow_shape(saved, with_source=with_source))
    response.headers["ETag"] = f'"{saved.stored.revision}"'
    return response


async def _texts_of(request: Incoming) -> list[tuple[str, str]]:
    """Give every document with the name of its file, empty when it came in the body."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = await form_of(request)
        texts = []
        for part in form.get("flows", []):
            if isinstance(part, str):
                texts += [("", text) for text in split_documents(part)]
            else:
                texts += documents_of(part.filename, await part.read(MAX_SIZE_BYTES + 1))
        return texts
    return [("", text) for text in split_documents(await source_of(request))]


def with_flat_filters(query: Query) -> Query:
    """Add the filters of older clients, which give plain parameters."""
    flat = {"namespace": "PREFIX", "q": "EQUALS", "flowId": "EQUALS"}
    return query + [(f"filters[{name}][{flat[name]}]", value) for name, value in query if name in flat and value]


ROUTES = (
    create_flow,
    update_flow,
    get_flow,
    delete_flow,
    list_revisions,
    delete_revisions,
    get_task,
    search_flows,
    list_namespaces,
    list_flows,
    validate_flows,
    update_flows,
    update_namespace,
    import_flows,
)
