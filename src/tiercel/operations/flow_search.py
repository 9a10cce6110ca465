"""Finding flows."""

from __future__ import annotations

from functools import partial

from tiercel.errors import InvalidError
from tiercel.model.flow import Flow
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flows import FlowKey, SavedFlow, load_flow
from tiercel.operations.parsing import document_of
from tiercel.operations.visibility import only_visible, visible
from tiercel.repository import flows as repository
from tiercel.repository.lists import search_flow_sources, search_flows as search
from tiercel.repository.query import Condition, Page, Query, Sort
from tiercel.repository.records import StoredFlow

_PAGE = 1000


@operation(Resource.FLOW, Action.READ)
async def search_flows(environment: Environment, actor: Actor, query: Query) -> Page[SavedFlow]:
    """Give one page of flows at their last revision.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    query = only_visible(actor, Resource.FLOW, query)
    page = await environment.database.read(lambda connection: search(connection, query))
    return Page(
        items=[_shown(stored) for stored in page.items],
        total=page.total,
        is_total_capped=page.is_total_capped,
        next_cursor=page.next_cursor,
    )


@operation(Resource.FLOW, Action.READ)
async def search_sources(environment: Environment, actor: Actor, query: Query) -> Page[StoredFlow]:
    """Give one page of flows whose source holds the text of the filter ``q``.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    query = only_visible(actor, Resource.FLOW, query)
    return await environment.database.read(lambda connection: search_flow_sources(connection, query))


@operation(Resource.FLOW, Action.READ)
async def list_keys(environment: Environment, actor: Actor, where: tuple[Condition, ...]) -> list[FlowKey]:
    """Give namespace and id of every flow that fulfils the conditions, in order.

    Raises:
        InvalidError: A filter is unknown.
    """
    return [(stored.namespace, stored.id) for stored in await list_stored(environment, actor, where)]


@operation(Resource.FLOW, Action.READ)
async def list_stored(environment: Environment, actor: Actor, where: tuple[Condition, ...] = ()) -> list[StoredFlow]:
    """Give every flow that fulfils the conditions at its last revision, by namespace and id.

    Raises:
        InvalidError: A filter is unknown.
    """
    where = (*where, *visible(actor, Resource.FLOW))
    found: list[StoredFlow] = []
    cursor: str | None = None
    while True:
        query = Query(where=where, sort=(Sort("namespace"), Sort("id")), size=_PAGE, cursor=cursor, count_up_to=0)
        page = await environment.database.read(partial(search, query=query))
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


@operation(Resource.FLOW, Action.READ)
async def list_flows(environment: Environment, actor: Actor, namespace: str) -> list[SavedFlow]:
    """Give the flows of exactly one namespace, in order of id."""
    actor.require(Resource.FLOW, Action.READ, namespace)
    found = await environment.database.read(lambda connection: repository.list_namespace_flows(connection, namespace))
    return [_shown(stored) for stored in found]


@operation(Resource.FLOW, Action.READ)
async def list_startable(environment: Environment, actor: Actor, namespace: str) -> list[Flow]:
    """Give the flows of one namespace ready to run; those that no longer parse are left out."""
    found = []
    for saved in await list_flows(environment, actor, namespace):
        try:
            found.append(await load_flow(environment, (namespace, saved.stored.id)))
        except InvalidError:
            continue
    return found


@operation(Resource.FLOW, Action.READ)
async def list_namespaces(environment: Environment, actor: Actor) -> list[str]:
    """Name the namespaces that have flows, in order."""
    found = await environment.database.read(repository.list_flow_namespaces)
    return [namespace for namespace in found if actor.may(Resource.FLOW, Action.READ, namespace)]


def _shown(stored: StoredFlow) -> SavedFlow:
    return SavedFlow(stored, document_of(stored.source))
