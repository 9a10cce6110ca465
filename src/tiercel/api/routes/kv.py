"""Keys and values of namespaces."""

from __future__ import annotations

from datetime import timedelta

from litestar import Response, delete, get, put
from litestar.params import FromPath

from tiercel.api.errors import BodyError, RequestError
from tiercel.api.filter_fields import KV_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    empty,
    environment_of,
    expected_revision,
    json_of,
    query_of,
    text_of,
    valid_ids,
    with_etag,
)
from tiercel.api.shapes.times import instant
from tiercel.expressions.iso import parse_duration
from tiercel.model.json import Json
from tiercel.operations import kv
from tiercel.operations.kv import ExpiredError, KvValue
from tiercel.repository.query import Filter, Operation
from tiercel.repository.records import KvEntry

_NAMESPACES = "/api/v1/main/namespaces"


@get("/api/v1/main/kv")
async def search(request: Incoming) -> Response[bytes]:
    """Give one page of the keys of all namespaces; expired ones are left out."""
    query = query_of(request)
    environment = environment_of(request)
    now = environment.clock()
    where = read_filters(query, KV_FIELDS, now)
    live = Filter("expirationDate", Operation.GREATER_THAN, now)
    found = await kv.search_values(environment, actor_of(request), read_page(query, (*where, live)))
    return answer(page_shape(found, _entry_shape))


@get(_NAMESPACES + "/{namespace:str}/kv")
async def list_of_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """List the keys of one namespace, as older clients ask for them."""
    valid_ids(namespace)
    environment = environment_of(request)
    where = (
        Filter("namespace", Operation.EQUALS, namespace),
        Filter("expirationDate", Operation.GREATER_THAN, environment.clock()),
    )
    found = await kv.search_values(environment, actor_of(request), read_page([], where, size=1000))
    return answer([_entry_shape(entry) for entry in found.items])


@get(_NAMESPACES + "/{namespace:str}/kv/inheritance")
async def list_inherited(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """List the keys of the namespaces above."""
    valid_ids(namespace)
    found = await kv.list_inherited(environment_of(request), actor_of(request), namespace)
    return answer([_entry_shape(entry) for entry in found])


@get(_NAMESPACES + "/{namespace:str}/kv/{key:str}")
async def get_value(request: Incoming, namespace: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Give the value of a key."""
    valid_ids(namespace, key)
    try:
        entry = await kv.get_value(environment_of(request), actor_of(request), namespace, key)
    except ExpiredError as error:
        raise RequestError(410, "resource-expired", str(error)) from None
    shape: Json = {"type": entry.type, "value": entry.value, "revision": entry.revision}
    return with_etag(answer({**shape, "updated": instant(entry.updated_at)}), entry.revision)


@put(_NAMESPACES + "/{namespace:str}/kv/{key:str}")
async def set_value(request: Incoming, namespace: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Set a key to what the body says; the headers ``ttl`` and ``description`` go with it.

    ``If-Match`` names the revision that was read.
    """
    valid_ids(namespace, key)
    kind, value = kv.read_text(await text_of(request))
    wanted = KvValue(
        value=value,
        type=kind,
        ttl=_ttl(request.headers.get("ttl")),
        description=request.headers.get("description"),
        expected_revision=expected_revision(request),
    )
    entry = await kv.set_value(environment_of(request), actor_of(request), namespace, key, wanted)
    return with_etag(empty(), entry.revision)


@delete(_NAMESPACES + "/{namespace:str}/kv/{key:str}", status_code=200)
async def delete_value(request: Incoming, namespace: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Remove a key; tells whether it was there."""
    valid_ids(namespace, key)
    return answer(await kv.delete_value(environment_of(request), actor_of(request), namespace, key))


@delete(_NAMESPACES + "/{namespace:str}/kv", status_code=200)
async def delete_values(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Remove several keys; names those that were there."""
    valid_ids(namespace)
    body = await json_of(request)
    keys = body.get("keys") if isinstance(body, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise BodyError("Send a JSON object with keys, a list of texts")
    gone = await kv.delete_values(environment_of(request), actor_of(request), namespace, keys)
    return answer({"keys": gone})


def _ttl(text: str | None) -> timedelta | None:
    if not text:
        return None
    try:
        return parse_duration(text).to_timedelta()
    except ValueError as error:
        raise RequestError(422, "invalid-format", f"ttl: {error}") from None


def _entry_shape(entry: KvEntry) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "namespace": entry.namespace,
        "key": entry.key,
        "revision": entry.revision,
        "creationDate": instant(entry.created_at),
        "updateDate": instant(entry.updated_at),
    }
    if entry.description is not None:
        shape["description"] = entry.description
    if entry.expires_at is not None:
        shape["expirationDate"] = instant(entry.expires_at)
    return shape


ROUTES = (
    search,
    list_of_namespace,
    list_inherited,
    get_value,
    set_value,
    delete_value,
    delete_values,
)
