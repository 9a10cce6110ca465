"""Namespaces: they are where flows, keys, files and secrets are, and something may be set for them."""

from __future__ import annotations

from tiercel.errors import ExistsError, InvalidError, NotFoundError
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.kv import parents_of
from tiercel.repository.connection import Connection
from tiercel.repository.files import list_file_namespaces
from tiercel.repository.flows import list_flow_namespaces
from tiercel.repository.namespaces import (
    NamespaceRecord,
    delete_namespace,
    find_namespace,
    list_set_namespaces,
    save_namespace,
)
from tiercel.repository.secrets import list_secrets
from tiercel.source.namespaces import read_namespace

SYSTEM_NAMESPACE = "system"


@operation(Resource.NAMESPACE, Action.READ)
async def list_namespaces(environment: Environment, actor: Actor) -> list[str]:
    """Name every namespace that holds a flow, a key, a file, a secret or settings, with those above it, in order."""

    def read(connection: Connection) -> list[str]:
        keys = [name for (name,) in connection.fetch("SELECT DISTINCT namespace FROM kv WHERE is_deleted = 0")]
        set_ones = [record.id for record in list_set_namespaces(connection)]
        secret_ones = [secret.namespace for secret in list_secrets(connection)]
        return [*list_flow_namespaces(connection), *list_file_namespaces(connection), *keys, *set_ones, *secret_ones]

    found = {SYSTEM_NAMESPACE}
    for name in await environment.database.read(read):
        found |= {name, *parents_of(name)}
    return sorted(name for name in found if actor.may(Resource.NAMESPACE, Action.READ, name))


@operation(Resource.NAMESPACE, Action.READ)
async def has_namespace(environment: Environment, actor: Actor, namespace: str) -> bool:
    """Tell whether a namespace, or one below it, holds anything."""
    return namespace in await list_namespaces(environment, actor)


@operation(Resource.NAMESPACE, Action.READ)
async def get_namespace(environment: Environment, actor: Actor, namespace: str) -> NamespaceRecord:
    """Give what is set for a namespace itself; nothing when nothing is, since any name is a namespace."""
    actor.require(Resource.NAMESPACE, Action.READ, namespace)
    found = await environment.database.read(lambda connection: find_namespace(connection, namespace))
    return found or NamespaceRecord(id=namespace)


@operation(Resource.NAMESPACE, Action.CREATE)
async def create_namespace(environment: Environment, actor: Actor, source: str) -> NamespaceRecord:
    """Set what a text says for the namespace it names.

    Raises:
        InvalidError: The text has mistakes.
        ConflictError: Something is set for it already.
    """
    return await _save(environment, actor, source, None, Action.CREATE)


@operation(Resource.NAMESPACE, Action.UPDATE)
async def set_namespace(environment: Environment, actor: Actor, namespace: str, source: str) -> NamespaceRecord:
    """Set what a text says for a namespace, in place of what was set for it.

    Raises:
        InvalidError: The text has mistakes, or names another namespace.
    """
    actor.require(Resource.NAMESPACE, Action.UPDATE, namespace)
    return await _save(environment, actor, source, namespace, Action.UPDATE)


@operation(Resource.NAMESPACE, Action.DELETE)
async def unset_namespace(environment: Environment, actor: Actor, namespace: str) -> None:
    """Forget what is set for a namespace; its flows, keys, files and secrets stay.

    Raises:
        NotFoundError: Nothing is set for it.
    """
    actor.require(Resource.NAMESPACE, Action.DELETE, namespace)
    if not await environment.database.write(lambda connection: delete_namespace(connection, namespace)):
        raise NotFoundError("namespace with settings", namespace)
    await load_namespaces(environment)


async def load_namespaces(environment: Environment) -> None:
    """Take up what is set for namespaces; flows read before are read again with it."""
    environment.namespaces.put(await environment.database.read(list_set_namespaces))
    environment.flows.forget_all()


async def _save(
    environment: Environment, actor: Actor, source: str, namespace: str | None, action: Action
) -> NamespaceRecord:
    read, violations = read_namespace(source, environment.types, namespace)
    if read is None:
        raise InvalidError([violation for violation in violations if violation.is_error])
    actor.require(Resource.NAMESPACE, action, read.id)
    now = environment.clock()
    defaults = tuple({"type": one.type, "forced": one.is_forced, "values": one.values} for one in read.plugin_defaults)

    def write(connection: Connection) -> NamespaceRecord:
        present = find_namespace(connection, read.id)
        if present is not None and action is Action.CREATE:
            raise ExistsError(f"Namespace {read.id} already exists: update it instead")
        record = NamespaceRecord(
            id=read.id,
            description=read.description,
            variables=read.variables,
            plugin_defaults=defaults,
            created_at=present.created_at if present else now,
            updated_at=now,
        )
        save_namespace(connection, record)
        return record

    record = await environment.database.write(write)
    await load_namespaces(environment)
    return record
