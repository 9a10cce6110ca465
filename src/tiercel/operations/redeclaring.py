"""Declares the triggers of flows that were saved by a version which did not store them."""

from __future__ import annotations

from functools import partial

from tiercel.errors import InvalidError, NotFoundError
from tiercel.operations.declaring import declared_triggers
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.repository.declared_triggers import save_triggers
from tiercel.repository.flows import list_undeclared
from tiercel.repository.milestones import TRIGGERS_DECLARED, is_reached, note_reached


async def declare_all(environment: Environment) -> None:
    """Store the triggers of flows that may declare some and have none stored; flows that have some are not read.

    It is done once in the life of a database, which holds a mark when all of it is done: whatever breaks it off, the
    next call goes on where it stood.

    Raises:
        UnavailableError: The database cannot be used.
    """
    if await environment.database.read(partial(is_reached, name=TRIGGERS_DECLARED)):
        return
    for namespace, flow_id in await environment.database.read(list_undeclared):
        try:
            flow = await load_flow(environment, (namespace, flow_id))
        except (NotFoundError, InvalidError):
            continue  # it can start nothing as it is; the next save declares its triggers
        declared, now = declared_triggers(environment.types, flow), environment.clock()
        await environment.database.write(
            partial(save_triggers, namespace=namespace, flow_id=flow_id, declared=declared, now=now)
        )
    await environment.database.write(partial(note_reached, name=TRIGGERS_DECLARED, now=environment.clock()))
