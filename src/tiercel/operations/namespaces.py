"""Namespaces: there is no list of them, they are where flows, keys and files are."""

from __future__ import annotations

from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.kv import parents_of
from tiercel.repository.connection import Connection
from tiercel.repository.files import list_file_namespaces
from tiercel.repository.flows import list_flow_namespaces

SYSTEM_NAMESPACE = "system"


@operation(Resource.NAMESPACE, Action.READ)
async def list_namespaces(environment: Environment, actor: Actor) -> list[str]:
    """Name every namespace that holds a flow, a key or a file, with those above it, in order."""

    def read(connection: Connection) -> list[str]:
        keys = [name for (name,) in connection.fetch("SELECT DISTINCT namespace FROM kv WHERE is_deleted = 0")]
        return [*list_flow_namespaces(connection), *list_file_namespaces(connection), *keys]

    found = {SYSTEM_NAMESPACE}
    for name in await environment.database.read(read):
        found |= {name, *parents_of(name)}
    return sorted(name for name in found if actor.may(Resource.NAMESPACE, Action.READ, name))


@operation(Resource.NAMESPACE, Action.READ)
async def has_namespace(environment: Environment, actor: Actor, namespace: str) -> bool:
    """Tell whether a namespace, or one below it, holds anything."""
    return namespace in await list_namespaces(environment, actor)


@operation(Resource.SECRET, Action.READ)
async def list_secrets(environment: Environment, actor: Actor) -> list[str]:
    """Name the secrets of the installation, in order; never their values."""
    del actor
    return environment.secrets.names()
