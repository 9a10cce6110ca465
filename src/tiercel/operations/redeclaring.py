"""Declares the triggers of flows that were saved by a version which did not store them."""

from __future__ import annotations

from functools import partial

from tiercel.errors import InvalidError, NotFoundError
from tiercel.operations.declaring import declared_triggers
from tiercel.operations.environment import Environment
from tiercel.operations.flows import FlowKey, load_flow
from tiercel.repository.connection import Connection
from tiercel.repository.flows import list_flow_namespaces, list_namespace_flows
from tiercel.repository.triggers import save_triggers


async def declare_all(environment: Environment) -> None:
    """Store the triggers of every flow; those that are there are left as they are.

    Raises:
        UnavailableError: The database cannot be used.
    """
    for namespace, flow_id in await environment.database.read(_list_keys):
        try:
            flow = await load_flow(environment, (namespace, flow_id))
        except (NotFoundError, InvalidError):
            continue  # it can start nothing as it is; the next save declares its triggers
        declared, now = declared_triggers(environment.types, flow), environment.clock()
        await environment.database.write(
            partial(save_triggers, namespace=namespace, flow_id=flow_id, declared=declared, now=now)
        )


def _list_keys(connection: Connection) -> list[FlowKey]:
    names = list_flow_namespaces(connection)
    return [(flow.namespace, flow.id) for name in names for flow in list_namespace_flows(connection, name)]
