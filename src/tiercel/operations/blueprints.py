"""The blueprints that come with the product: flows and dashboards to begin with, found by words and tags.

Each is a file of the catalogue beside this module: a head with title, description and tags, a line of dashes, the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

from msgspec import Struct

from tiercel.engine.graph import Graph
from tiercel.errors import InvalidArgumentError, NotFoundError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flow_graphs import draw_text
from tiercel.repository.matching import Matching, Reader
from tiercel.repository.query import Condition, Page, Query, Sort
from tiercel.source import read_yaml

_FOLDER = Path(__file__).with_name("catalogue")
_TYPE = re.compile(r"\btype: *[\"']?(io\.kestra\.[\w.$]+)")
_FIRST = "getting-started"
_SORTS = ("id", "title")


class BlueprintKind(StrEnum):
    """What a blueprint is for; of apps there are none."""

    FLOW = "flow"
    DASHBOARD = "dashboard"
    APP = "app"


class Blueprint(Struct, frozen=True, kw_only=True):
    """One blueprint.

    Attributes:
        types: Full names of the types it uses, in order.
        source: The text to begin with.
    """

    id: str
    kind: BlueprintKind
    title: str
    description: str
    tags: tuple[str, ...]
    types: tuple[str, ...]
    source: str


@operation(Resource.PLUGIN, Action.READ)
async def search_blueprints(environment: Environment, actor: Actor, kind: str, query: Query) -> Page[Blueprint]:
    """Give one page of the blueprints of a kind; those to get started with come first unless a sort is asked for.

    Raises:
        NotFoundError: There is no such kind.
        InvalidError: They cannot be sorted so.
    """
    del environment, actor
    matching = Matching(query.where)
    found = [one for one in load_blueprints(_kind(kind)) if matching.holds(_fields_of(one))]
    for sort in reversed(query.sort or (Sort("title"),)):
        if sort.field not in _SORTS:
            message = f"'{sort.field}' is no field to sort by"
            raise InvalidArgumentError([Violation(message, path="sort", hint=f"one of {', '.join(_SORTS)}")])
        found.sort(key=_by(sort.field), reverse=sort.is_descending)
    if not query.sort:
        found.sort(key=lambda one: _FIRST not in one.tags)
    start = (query.page - 1) * query.size
    return Page(items=found[start : start + query.size], total=len(found))


@operation(Resource.PLUGIN, Action.READ)
async def list_tags(environment: Environment, actor: Actor, kind: str, where: Sequence[Condition] = ()) -> list[str]:
    """Give the tags of the blueprints of a kind that fulfil the conditions, in order.

    Raises:
        NotFoundError: There is no such kind.
    """
    del environment, actor
    matching = Matching(where)
    found = [one for one in load_blueprints(_kind(kind)) if matching.holds(_fields_of(one))]
    return sorted({tag for one in found for tag in one.tags})


@operation(Resource.PLUGIN, Action.READ)
async def get_blueprint(environment: Environment, actor: Actor, kind: str, name: str) -> Blueprint:
    """Give one blueprint.

    Raises:
        NotFoundError: There is none of that id.
    """
    del environment, actor
    return _get(kind, name)


@operation(Resource.PLUGIN, Action.READ)
async def draw_blueprint(environment: Environment, actor: Actor, kind: str, name: str) -> Graph:
    """Draw the flow of a blueprint.

    Raises:
        NotFoundError: There is none of that id, or it is no flow.
        ForbiddenError: Flows may not be read.
    """
    blueprint = _get(kind, name)
    if blueprint.kind is not BlueprintKind.FLOW:
        raise NotFoundError("graph of blueprint", name)
    return await draw_text(environment, actor, blueprint.source)


@cache
def load_blueprints(kind: BlueprintKind) -> tuple[Blueprint, ...]:
    """Read the catalogue of a kind, in order of id."""
    return tuple(_read(kind, path) for path in sorted(_FOLDER.joinpath(kind).glob("*.yaml")))


def _read(kind: BlueprintKind, path: Path) -> Blueprint:
    head, _, source = path.read_text(encoding="utf-8").partition("---\n")
    facts = read_yaml(head).data
    return Blueprint(
        id=path.stem,
        kind=kind,
        title=facts["title"],
        description=facts["description"],
        tags=tuple(facts["tags"]),
        types=tuple(sorted(set(_TYPE.findall(source)))),
        source=source,
    )


def _get(kind: str, name: str) -> Blueprint:
    found = next((one for one in load_blueprints(_kind(kind)) if one.id == name), None)
    if found is None:
        raise NotFoundError("blueprint", name)
    return found


def _kind(name: str) -> BlueprintKind:
    try:
        return BlueprintKind(name.lower())
    except ValueError:
        raise NotFoundError("kind of blueprints", name) from None


def _by(field: str) -> Callable[[Blueprint], str]:
    return lambda one: str(getattr(one, field)).lower()


def _fields_of(blueprint: Blueprint) -> Reader:
    texts = (blueprint.title, blueprint.description, *blueprint.tags, *blueprint.types)
    return lambda field: blueprint.tags if field == "tags" else texts
