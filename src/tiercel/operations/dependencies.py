"""Which flows lead to which, read from their last revisions, and what becomes of the executions along the way."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from functools import partial

from msgspec import Struct

from tiercel.engine.creation import CORRELATION
from tiercel.engine.relations import FLOW_TRIGGERS, STARTING_CONTROLS, FlowRelation, all_tasks, find_relation
from tiercel.errors import InvalidError
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.flow_search import list_stored
from tiercel.operations.flows import FlowKey, get_flow, load_flow
from tiercel.operations.streams import ChangeMissed, ExecutionChanged, Subscription
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution
from tiercel.repository.lists import search_executions
from tiercel.repository.query import Filter, Operation, Query
from tiercel.repository.records import StoredFlow

_SAYING = ("flowId", *sorted(FLOW_TRIGGERS))
"""Without one of these words a flow starts no other and listens to none."""

_QUIET_SECONDS = 1.0
"""How long after the last end it is waited for flows that listen to it."""


class Dependency(Struct, frozen=True):
    """One flow leads to another."""

    source: FlowKey
    target: FlowKey
    relation: FlowRelation


class Dependencies(Struct, frozen=True):
    """Some flows, and what leads from one to another, both in order."""

    flows: list[FlowKey]
    edges: list[Dependency]


@operation(Resource.FLOW, Action.READ)
async def flow_dependencies(
    environment: Environment, actor: Actor, key: FlowKey, *, is_upstream_only: bool = False, is_expanding: bool = False
) -> Dependencies:
    """Give what a flow depends on and what depends on it.

    Args:
        environment: Of the installation.
        actor: Who asks; flows of namespaces that may not be read are left out.
        key: The flow.
        is_upstream_only: Only what leads to the flow.
        is_expanding: What leads to and from those too, and so on.

    Raises:
        NotFoundError: There is no such flow.
    """
    await get_flow(environment, actor, key)
    edges = await _all_edges(environment, actor)
    found: dict[Dependency, None] = {}
    waiting, seen = [key], {key}
    while waiting:
        at = waiting.pop()
        for edge in edges:
            if edge.target == at or (edge.source == at and not is_upstream_only):
                found.setdefault(edge)
                waiting += [one for one in (edge.source, edge.target) if is_expanding and one not in seen]
                seen |= {edge.source, edge.target}
    return _graph(found, ())


@operation(Resource.FLOW, Action.READ)
async def namespace_dependencies(
    environment: Environment, actor: Actor, namespace: str, *, is_upstream_only: bool = False
) -> Dependencies:
    """Give every flow of a namespace, with what leads to it and, unless only that is wanted, from it."""
    actor.require(Resource.FLOW, Action.READ, namespace)
    edges = await _all_edges(environment, actor)
    touching = [
        edge for edge in edges if namespace in {edge.target[0], edge.target[0] if is_upstream_only else edge.source[0]}
    ]
    own = [(one.namespace, one.id) for one in await list_stored(environment, actor) if one.namespace == namespace]
    return _graph(touching, own)


@operation(Resource.EXECUTION, Action.READ)
async def follow_dependencies(
    environment: Environment,
    actor: Actor,
    execution_id: str,
    *,
    is_upstream_only: bool = False,
    is_expanding: bool = False,
) -> AsyncIterator[Execution]:
    """Give the executions that belong together with one, each now and after each change, until all are over.

    They carry one correlation id, and are of flows that lead to that of the execution or from it.

    Raises:
        NotFoundError: There is no such execution.
    """
    execution = (await get_execution(environment, actor, execution_id)).execution
    key = (execution.namespace, execution.flow_id)
    graph = await flow_dependencies(
        environment, actor, key, is_upstream_only=is_upstream_only, is_expanding=is_expanding
    )
    return _follow(environment, actor, execution, {key, *graph.flows})


async def _follow(
    environment: Environment, actor: Actor, origin: Execution, flows: set[FlowKey]
) -> AsyncIterator[Execution]:
    correlation = dict(origin.labels).get(CORRELATION, origin.id)
    versions: dict[str, int] = {}
    running: set[str] = set()
    with environment.streams.subscribe() as subscription:
        # the origin is read again: what became of it before the subscription began is told by nobody
        found = await environment.database.read(lambda connection: _together(connection, origin.id, correlation))
        async for execution in _found_and_changed(environment, subscription, found, running):
            is_one = execution.id == origin.id or dict(execution.labels).get(CORRELATION) == correlation
            is_older = execution.version < versions.get(execution.id, 0)
            if not is_one or is_older or not _is_wanted(execution, actor, flows):
                continue
            versions[execution.id] = execution.version
            running.discard(execution.id)
            running |= set() if execution.is_over else {execution.id}
            yield execution


def _together(connection: Connection, execution_id: str, correlation: str) -> list[Execution]:
    """Give an execution, unless it is gone, and those that carry a correlation id."""
    query = Query(where=(Filter("labels", Operation.EQUALS, correlation, CORRELATION),), size=1000)
    origin = find_execution(connection, execution_id)
    others = [one for one in search_executions(connection, query).items if one.id != execution_id]
    return others if origin is None else [origin, *others]


async def _found_and_changed(
    environment: Environment, subscription: Subscription, found: Iterable[Execution], running: set[str]
) -> AsyncIterator[Execution]:
    """Give what was found, then what changes while anything runs, and a while longer."""
    for execution in found:
        yield execution
    quiet_since = time.monotonic()
    while True:
        if running:
            quiet_since = time.monotonic()
        left = quiet_since + _QUIET_SECONDS - time.monotonic()
        if left <= 0:
            return
        change = await subscription.next(None if running else left)
        if change is None:
            return
        if isinstance(change, ExecutionChanged):
            yield change.execution
        elif isinstance(change, ChangeMissed):
            again = await environment.database.read(partial(find_execution, execution_id=change.execution_id))
            if again is None:
                running.discard(change.execution_id)
            else:
                yield again


def _is_wanted(execution: Execution, actor: Actor, flows: set[FlowKey]) -> bool:
    key = (execution.namespace, execution.flow_id)
    return key in flows and actor.may(Resource.EXECUTION, Action.READ, execution.namespace)


async def _all_edges(environment: Environment, actor: Actor) -> list[Dependency]:
    stored = await list_stored(environment, actor)
    flows = {(one.namespace, one.id): one for one in stored}
    parsed = [flow for one in stored if _says_something(one) for flow in await _parsed(environment, one)]
    edges: dict[Dependency, None] = {}
    for flow in parsed:
        source = (flow.namespace, flow.id)
        for target in _started_by(flow):
            if target in flows:
                edges.setdefault(Dependency(source, target, FlowRelation.FLOW_TASK))
        if any(trigger.type in FLOW_TRIGGERS for trigger in flow.triggers):
            for key in flows:
                parent = Flow(namespace=key[0], id=key[1], dialect=flow.dialect, tasks=())
                if find_relation(parent, flow) is FlowRelation.FLOW_TRIGGER:
                    edges.setdefault(Dependency(key, source, FlowRelation.FLOW_TRIGGER))
    return list(edges)


def _says_something(stored: StoredFlow) -> bool:
    return any(word in stored.source for word in _SAYING)


async def _parsed(environment: Environment, stored: StoredFlow) -> list[Flow]:
    try:
        return [await load_flow(environment, (stored.namespace, stored.id), stored.revision)]
    except InvalidError:
        return []  # a plugin may be gone; such a flow starts nothing


def _started_by(flow: Flow) -> list[FlowKey]:
    return [
        (str(task.properties.get("namespace")), str(task.properties.get("flowId")))
        for task in all_tasks(flow)
        if task.control in STARTING_CONTROLS
    ]


def _graph(edges: Iterable[Dependency], flows: Iterable[FlowKey]) -> Dependencies:
    ordered = sorted(edges, key=lambda edge: (edge.source, edge.target, edge.relation))
    named = {key for edge in ordered for key in (edge.source, edge.target)}
    return Dependencies(sorted(named | set(flows)), ordered)
