"""Namespaces, and what is set for them: a description, variables, defaults of plugins."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from tiercel.api.errors import BodyError
from tiercel.api.filter_fields import NAMESPACE_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import read_page
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    empty,
    environment_of,
    json_of,
    one,
    query_of,
    source_of,
    valid_ids,
)
from tiercel.api.shapes.times import instant
from tiercel.model.flow import PluginDefault
from tiercel.model.json import Json
from tiercel.operations import namespaces
from tiercel.repository.matching import Matching, Reader
from tiercel.repository.namespaces import NamespaceRecord

_NAMESPACES = "/api/v1/main/namespaces"
_MOST_NAMES = 50


@get(_NAMESPACES + "/search")
async def search_namespaces(request: Incoming) -> Response[bytes]:
    """Give one page of namespaces."""
    query = query_of(request)
    page = read_page(query)
    text = (one(query, "q") or "").lower()
    matching = Matching(read_filters(query, NAMESPACE_FIELDS, environment_of(request).clock()))
    names = await namespaces.list_namespaces(environment_of(request), actor_of(request))
    fitting = [name for name in names if text in name.lower() and matching.holds(_reader_of(name))]
    if any(order.is_descending for order in page.sort):
        fitting.reverse()
    first = (page.page - 1) * page.size
    results: list[Json] = [_light_shape(name) for name in fitting[first : first + page.size]]
    return answer({"results": results, "total": len(fitting)})


def _reader_of(name: str) -> Reader:
    """A namespace is its name, whatever it is asked by."""
    return lambda _: name


@get(_NAMESPACES + "/{namespace:str}")
async def get_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Give a namespace with what is set for it; any name is one."""
    valid_ids(namespace)
    return answer(_shape(await namespaces.get_namespace(environment_of(request), actor_of(request), namespace)))


@post(_NAMESPACES, status_code=200)
async def create_namespace(request: Incoming) -> Response[bytes]:
    """Set what the body, JSON or YAML, says for the namespace it names; refused when something is set already."""
    source = await source_of(request)
    return answer(_shape(await namespaces.create_namespace(environment_of(request), actor_of(request), source)))


@put(_NAMESPACES + "/{namespace:str}")
async def set_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Set what the body, JSON or YAML, says for a namespace, in place of what was set."""
    valid_ids(namespace)
    environment, source = environment_of(request), await source_of(request)
    return answer(_shape(await namespaces.set_namespace(environment, actor_of(request), namespace, source)))


@delete(_NAMESPACES + "/{namespace:str}", status_code=200)
async def unset_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Forget what is set for a namespace; what is in it stays."""
    valid_ids(namespace)
    await namespaces.unset_namespace(environment_of(request), actor_of(request), namespace)
    return empty(204)


@get(_NAMESPACES + "/{namespace:str}/inherited-variables")
async def inherited_variables(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Give the variables that the namespaces above set."""
    valid_ids(namespace)
    environment = environment_of(request)
    await namespaces.get_namespace(environment, actor_of(request), namespace)
    return answer(environment.namespaces.inherited_variables(namespace))


@get(_NAMESPACES + "/{namespace:str}/inherited-plugindefaults")
async def inherited_defaults(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Give the defaults of plugins that the namespaces above set, the nearest first."""
    valid_ids(namespace)
    environment = environment_of(request)
    await namespaces.get_namespace(environment, actor_of(request), namespace)
    layers = environment.namespaces.defaults_of(namespace, with_own=False)
    return answer([_default_shape(one) for layer in reversed(layers) for one in layer])


@post(_NAMESPACES + "/autocomplete", status_code=200)
async def autocomplete(request: Incoming) -> Response[bytes]:
    """Name namespaces that hold a text."""
    body = await json_of(request) or {}
    if not isinstance(body, dict):
        raise BodyError("Send a JSON object with q, a text")
    text = str(body.get("q") or "").lower()
    names = await namespaces.list_namespaces(environment_of(request), actor_of(request))
    return answer([name for name in names if text in name.lower()][:_MOST_NAMES])


def _light_shape(name: str) -> dict[str, Json]:
    return {"id": name, "deleted": False}


def _shape(record: NamespaceRecord) -> dict[str, Json]:
    shape = _light_shape(record.id)
    if record.description is not None:
        shape["description"] = record.description
    if record.variables:
        shape["variables"] = record.variables
    if record.plugin_defaults:
        shape["pluginDefaults"] = list(record.plugin_defaults)
    if record.created_at:
        shape |= {"created": instant(record.created_at), "updated": instant(record.updated_at)}
    return shape


def _default_shape(default: PluginDefault) -> dict[str, Json]:
    return {"type": default.type, "forced": default.is_forced, "values": default.values}


ROUTES = (
    search_namespaces,
    get_namespace,
    create_namespace,
    set_namespace,
    unset_namespace,
    inherited_variables,
    inherited_defaults,
    autocomplete,
)
