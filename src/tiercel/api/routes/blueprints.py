"""Blueprints: flows and dashboards to begin with."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from tiercel.api.filter_fields import BLUEPRINT_FIELDS
from tiercel.api.filters import flat_filters, read_filters
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import Incoming, Query, actor_of, answer, environment_of, query_of
from tiercel.api.shapes.graph import graph_shape
from tiercel.model.json import Json
from tiercel.operations import blueprints
from tiercel.operations.actor import Action, Resource
from tiercel.operations.blueprints import Blueprint
from tiercel.repository.query import Condition

_ROOT = "/api/v1/main/blueprints/community/{kind:str}"
_OLDER = {"q": "EQUALS", "tags": "IN"}


@get(_ROOT)
async def search(request: Incoming, kind: FromPath[str]) -> Response[bytes]:
    """Give one page of the blueprints of a kind: flow, dashboard or app."""
    actor_of(request).require(Resource.PLUGIN, Action.READ)
    query = query_of(request)
    found = await blueprints.search_blueprints(
        environment_of(request), actor_of(request), kind, read_page(query, _conditions(query))
    )
    return answer(page_shape(found, _shape))


@get(_ROOT + "/tags")
async def list_tags(request: Incoming, kind: FromPath[str]) -> Response[bytes]:
    """Give the tags of the blueprints that a search finds."""
    actor_of(request).require(Resource.PLUGIN, Action.READ)
    where = _conditions(query_of(request))
    found = await blueprints.list_tags(environment_of(request), actor_of(request), kind, where)
    return answer([{"id": tag, "name": tag.replace("-", " ").capitalize()} for tag in found])


@get(_ROOT + "/{name:str}")
async def get_one(request: Incoming, kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Give a blueprint with its text."""
    found = await blueprints.get_blueprint(environment_of(request), actor_of(request), kind, name)
    return answer(_shape(found) | {"kind": found.kind.upper(), "source": found.source})


@get(_ROOT + "/{name:str}/source")
async def get_source(request: Incoming, kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Give the text of a blueprint."""
    found = await blueprints.get_blueprint(environment_of(request), actor_of(request), kind, name)
    return Response(found.source.encode(), media_type="application/yaml")


@get(_ROOT + "/{name:str}/graph")
async def get_graph(request: Incoming, kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Draw the flow of a blueprint."""
    graph = await blueprints.draw_blueprint(environment_of(request), actor_of(request), kind, name)
    return answer(graph_shape(graph))


def _conditions(query: Query) -> tuple[Condition, ...]:
    return read_filters(query + flat_filters(query, _OLDER), BLUEPRINT_FIELDS, 0)


def _shape(blueprint: Blueprint) -> dict[str, Json]:
    return {
        "id": blueprint.id,
        "title": blueprint.title,
        "description": blueprint.description,
        "includedTasks": list(blueprint.types),
        "tags": list(blueprint.tags),
    }


ROUTES = (search, list_tags, get_one, get_source, get_graph)
