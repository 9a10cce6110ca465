"""Keys and values of namespaces, and the namespaces themselves."""

from __future__ import annotations

from datetime import timedelta

from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from tiercel.api.errors import RequestError
from tiercel.api.filters import KV_FIELDS, read_filters
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    empty,
    environment_of,
    json_of,
    one,
    query_of,
    text_of,
    valid_ids,
)
from tiercel.api.shapes.times import instant
from tiercel.errors import InvalidError, Violation
from tiercel.expressions.iso import parse_duration
from tiercel.model.json import Json
from tiercel.operations import kv, namespaces
from tiercel.operations.kv import ExpiredError, KvValue
from tiercel.repository.query import Filter, Operation
from tiercel.repository.records import KvEntry

_NAMESPACES = "/api/v1/main/namespaces"
_MOST_NAMES = 50


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
    return answer(
        {"type": entry.type, "value": entry.value, "revision": entry.revision, "updated": instant(entry.updated_at)}
    )


@put(_NAMESPACES + "/{namespace:str}/kv/{key:str}")
async def set_value(request: Incoming, namespace: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Set a key to what the body says; the headers ``ttl`` and ``description`` go with it."""
    valid_ids(namespace, key)
    kind, value = kv.read_text(await text_of(request))
    wanted = KvValue(
        value=value, type=kind, ttl=_ttl(request.headers.get("ttl")), description=request.headers.get("description")
    )
    await kv.set_value(environment_of(request), actor_of(request), namespace, key, wanted)
    return empty()


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
        raise InvalidError("Send a JSON object with keys, a list of texts")
    gone = await kv.delete_values(environment_of(request), actor_of(request), namespace, keys)
    return answer({"keys": gone})


@get(_NAMESPACES + "/search")
async def search_namespaces(request: Incoming) -> Response[bytes]:
    """Give one page of namespaces."""
    query = query_of(request)
    page = read_page(query)
    text = (one(query, "filters[q][EQUALS]") or one(query, "q") or "").lower()
    names = await namespaces.list_namespaces(environment_of(request), actor_of(request))
    fitting = [name for name in names if text in name.lower()]
    if any(order.is_descending for order in page.sort):
        fitting.reverse()
    first = (page.page - 1) * page.size
    results: list[Json] = [_namespace_shape(name) for name in fitting[first : first + page.size]]
    return answer({"results": results, "total": len(fitting)})


@get(_NAMESPACES + "/{namespace:str}")
async def get_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Give a namespace; any name is one."""
    valid_ids(namespace)
    await namespaces.has_namespace(environment_of(request), actor_of(request), namespace)
    return answer(_namespace_shape(namespace))


@post(_NAMESPACES + "/autocomplete", status_code=200)
async def autocomplete(request: Incoming) -> Response[bytes]:
    """Name namespaces that hold a text."""
    body = await json_of(request) or {}
    if not isinstance(body, dict):
        raise InvalidError("Send a JSON object with q, a text")
    text = str(body.get("q") or "").lower()
    names = await namespaces.list_namespaces(environment_of(request), actor_of(request))
    return answer([name for name in names if text in name.lower()][:_MOST_NAMES])


@get(_NAMESPACES + "/{namespace:str}/inherited-secrets")
async def inherited_secrets(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Name the secrets a namespace has; the values never leave."""
    valid_ids(namespace)
    return answer({namespace: await namespaces.list_secrets(environment_of(request), actor_of(request))})


@get("/api/v1/main/secrets")
async def list_secrets(request: Incoming) -> Response[bytes]:
    """Name the secrets; the values never leave."""
    query = query_of(request)
    page = read_page(query)
    names = await namespaces.list_secrets(environment_of(request), actor_of(request))
    first = (page.page - 1) * page.size
    results: list[Json] = [{"key": name} for name in names[first : first + page.size]]
    return answer({"readOnly": True, "results": results, "total": len(names)})


def _ttl(text: str | None) -> timedelta | None:
    if not text:
        return None
    try:
        return parse_duration(text).to_timedelta()
    except ValueError as error:
        raise InvalidError([Violation(str(error), path="ttl")]) from None


def _namespace_shape(name: str) -> dict[str, Json]:
    return {"id": name, "deleted": False}


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
    search_namespaces,
    get_namespace,
    autocomplete,
    inherited_secrets,
    list_secrets,
)
