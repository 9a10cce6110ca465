"""Narrows lists to the namespaces somebody may see, by conditions that the database applies like any other."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.operations.actor import Action, Actor, Resource
from tiercel.repository.query import Condition, Filter, Group, Operation, Query


def visible(actor: Actor, resource: Resource) -> tuple[Condition, ...]:
    """Give the conditions that leave what the actor may read; none when that is everything."""
    namespaces = actor.namespaces(resource, Action.READ)
    if namespaces is None:
        return ()
    return (Group(tuple(Filter("namespace", Operation.PREFIX, name) for name in namespaces), is_any=True),)


def only_visible(actor: Actor, resource: Resource, query: Query) -> Query:
    """Give the query for what the actor may read of what it asks for."""
    conditions = visible(actor, resource)
    return replace(query, where=(*query.where, *conditions)) if conditions else query
